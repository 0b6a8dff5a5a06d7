"""A program on this machine that receives webhooks, and answers what a scene has it answer."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, NamedTuple

SECRET_PREFIX = "whsec_"


class Received(NamedTuple):
    """A message as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        """Give its id."""
        return self.headers["webhook-id"]

    @property
    def content(self) -> Any:
        """Read its body."""
        return json.loads(self.body)

    def is_signed_by(self, secret: str) -> bool:
        """Check it as docs/webhooks.md says."""
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
        signed = f"{self.id}.{self.headers['webhook-timestamp']}.".encode() + self.body
        wanted = "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
        return wanted in self.headers["webhook-signature"].split()


class Receiver(ThreadingHTTPServer):
    """A server that keeps what it receives."""

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.received: list[Received] = []
        self.status, self.answer, self.location = 200, b"Merci", ""
        self.has_received, self.may_answer = Event(), Event()
        self.may_answer.set()

    @property
    def address(self) -> str:
        """Give the address to which messages are sent."""
        return f"http://127.0.0.1:{self.server_port}/accueil?source=groupe&utm_source=x"

    @property
    def ids(self) -> list[str]:
        """List the ids of the messages, in the order in which they came."""
        return [each.id for each in self.received]

    @property
    def kinds(self) -> list[str]:
        """List what the messages are about."""
        return [each.content["type"] for each in self.received]


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        """Keep a message, then answer."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.received.append(Received(self.path, headers, body))
        self.server.has_received.set()
        self.server.may_answer.wait(120)
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Length", str(len(self.server.answer)))
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Run a receiver for a scene."""
    receiver = Receiver()
    Thread(target=receiver.serve_forever, daemon=True).start()
    try:
        yield receiver
    finally:
        receiver.may_answer.set()
        receiver.shutdown()
        receiver.server_close()
