"""A2: the proxy's settings and gunicorn's, with a real Caddy before a real gunicorn.

deploy/Caddyfile runs as it is, but for the address of what stands behind it.
"""

import gzip
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient

from grandequipe.members.models import Member
from tests.factories import Cast, make_post
from tests.site import PROJECT, Site, free_port
from tests.socket_client import SocketClient, cookie_of, is_change
from tests.waiting import wait_until

pytestmark = pytest.mark.slow

POISON = (
    "GET //evil.example/aide HTTP/1.1\r\nHost: {host}\r\n"
    "SCRIPT_NAME: //evil.example\r\nScript-Name: //evil.example\r\nPATH_INFO: /aide\r\n"
    "X-Forwarded-Prefix: //evil.example\r\nX-Forwarded-Host: evil.example\r\n"
    "X-Forwarded-Proto: https\r\nX-Forwarded-SSL: on\r\nConnection: close\r\n\r\n"
)
PAGES = ("/", "/aide", "/connexion", "/groupes")
PATIENCE = 30


def send_raw(port: int, request: str) -> bytes:
    """Send bytes as they are, and read until the server has said all."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as line:
        line.sendall(request.encode())
        answer = b""
        while piece := line.recv(65536):
            answer += piece
    return answer


@contextmanager
def caddy_before(upstream: int, folder: Path, port: int) -> Iterator[str]:
    """Run Caddy with the settings of deploy/, at a loopback port, before another."""
    binary = shutil.which("caddy")
    assert binary, "Caddy is needed: `make test` installs it (Debian: apt install caddy)"
    written = (PROJECT / "deploy/Caddyfile").read_text(encoding="utf-8")
    assert "reverse_proxy web:8000 {" in written
    here = written.replace("web:8000", f"127.0.0.1:{upstream}", 1).replace("{", "{\n\tadmin off", 1)
    (folder / "Caddyfile").write_text(here, encoding="utf-8")
    url = f"http://127.0.0.1:{port}"
    with (folder / "caddy.log").open("wb") as log:
        running = subprocess.Popen(
            [binary, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"],
            env={**os.environ, "SITE_URL": url, "XDG_DATA_HOME": str(folder), "HOME": str(folder)},
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
    try:
        wait_until(lambda: is_open(port), (folder / "caddy.log").read_text() or "Caddy listens")
        yield url
    finally:
        running.terminate()
        running.wait(PATIENCE)


def is_open(port: int) -> bool:
    """Return whether somebody listens there."""
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


class Behind(Site):
    """A web server with nothing before it but the proxy, whose address is the site's."""

    proxy = ""


@pytest.fixture(scope="module")
def behind(
    environment: dict[str, str], session_app: Flask, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Behind]:
    """Start one fresh worker behind Caddy, and poison it at both doors before anybody comes."""
    folder, port = tmp_path_factory.mktemp("behind"), free_port()
    started = Behind({**environment, "WEB_WORKERS": "1", "TRUSTED_PROXIES": "1"}, folder)
    started.proxy = f"http://127.0.0.1:{port}"
    started.environment = {**started.environment, "SITE_URL": started.proxy}
    started.start("web")
    try:
        wait_until(lambda: is_open(started.port), "gunicorn listens", PATIENCE)
        for host in (f"127.0.0.1:{started.port}", "evil.example"):
            assert b"HTTP/1.1" in send_raw(started.port, POISON.format(host=host))
        with caddy_before(started.port, folder, port):
            assert b"HTTP/1.1" in send_raw(port, POISON.format(host=f"127.0.0.1:{port}"))
            yield started
    finally:
        started.stop()


def test_a_poisoned_first_request_is_in_nobody_s_page(cast: Cast, behind: Behind) -> None:
    for door in (behind.url, behind.proxy):
        for page in PAGES:
            answer = requests.get(f"{door}{page}", timeout=PATIENCE)
            assert answer.status_code == 200, (door, page)
            assert "evil.example" not in answer.text
            assert 'src="/static/dist/app-' in answer.text


def test_a_scheme_that_a_visitor_claims_is_not_believed(behind: Behind) -> None:
    claims = {"X-Forwarded-Proto": "https", "X-Forwarded-Ssl": "on", "Forwarded": "proto=https"}
    answer = requests.get(f"{behind.proxy}/aide", headers=claims, timeout=PATIENCE)
    assert "Strict-Transport-Security" not in answer.headers


def test_open_pages_hear_through_the_proxy(
    cast: Cast, behind: Behind, browser: Callable[[Member], FlaskClient]
) -> None:
    with SocketClient(behind.proxy, cookie=cookie_of(browser(cast.chloe))) as client:
        client.wait_for("ready")
        post = make_post(cast.bruno, cast.ess)
        client.wait_for("change", is_change("post.published", post.id))


def test_pages_styles_and_scripts_come_compressed_once(cast: Cast, behind: Behind) -> None:
    asked = {"Accept-Encoding": "gzip"}
    page = requests.get(f"{behind.proxy}/aide", headers=asked, timeout=PATIENCE)
    style = page.text.split('rel="stylesheet" href="')[1].split('"')[0]
    for path in ("/aide", style):
        answer = requests.get(f"{behind.proxy}{path}", headers=asked, timeout=PATIENCE, stream=True)
        assert answer.headers["Content-Encoding"] == "gzip", path
        assert "Accept-Encoding" in answer.headers["Vary"]
        body = gzip.decompress(answer.raw.read(decode_content=False))
        plain = requests.get(
            f"{behind.proxy}{path}", headers={"Accept-Encoding": "identity"}, timeout=PATIENCE
        )
        assert "Content-Encoding" not in plain.headers
        assert len(body) == len(plain.content)


@pytest.mark.parametrize("size", [9_000_000, 300_000_000])
def test_what_is_too_large_is_refused(behind: Behind, size: int) -> None:
    """By the site, in words, where it is a little too large; by the proxy where it is far more."""
    head = (
        f"POST /langue HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {size}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\r\n"
    )
    port = int(behind.proxy.rsplit(":", 1)[1])
    assert send_raw(port, head).split(b"\r\n")[0].split(b" ")[1] == b"413"


class Echo(BaseHTTPRequestHandler):
    """Say what the proxy handed on."""

    def do_GET(self) -> None:
        """Answer with the headers as they came."""
        body = str(self.headers).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


def test_the_proxy_hands_on_its_own_word_and_nobody_else_s(tmp_path: Path) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sent = {
        "SCRIPT_NAME": "//evil.example",
        "Path_Info": "/evil",
        "REMOTE_USER": "evil",
        "X_Forwarded_For": "evil",
        "X-Forwarded-For": "203.0.113.66",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "evil",
        "X-Forwarded-Port": "666",
        "X-Forwarded-Prefix": "/evil",
        "X-Real-IP": "203.0.113.66",
        "Forwarded": "for=203.0.113.66;host=evil.example",
        "Accept-Language": "fr",
    }
    try:
        with caddy_before(server.server_address[1], tmp_path, free_port()) as url:
            heard = requests.get(url, headers=sent, timeout=PATIENCE).text
    finally:
        server.shutdown()
        server.server_close()
    assert "evil" not in heard
    assert "203.0.113.66" not in heard
    assert "666" not in heard
    assert "_" not in "".join(line.split(":")[0] for line in heard.splitlines())
    received = dict(line.split(": ", 1) for line in heard.splitlines() if ": " in line)
    host = url.removeprefix("http://")
    assert (received["Host"], received["X-Forwarded-Host"]) == (host, host)
    assert (received["X-Forwarded-For"], received["X-Forwarded-Proto"]) == ("127.0.0.1", "http")
    assert received["Accept-Language"] == "fr"
