"""`grandequipe run`: one command for everything, which leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.embedded.processes import find_processes, processes_of
from tests.site import free_port
from tests.waiting import wait_until

pytestmark = pytest.mark.slow

TIMEOUT = 120.0
PROGRAMS = ("gunicorn", "worker:celery worker", "worker:celery beat", "embedded.supervisor")
OURS = {"DATABASE_URL", "REDIS_URL", "MAIL_URL", "SECRET_KEY", "SITE_URL"}
PLAIN = {name: value for name, value in os.environ.items() if name not in OURS}
ENVIRONMENT = {**PLAIN, "WEB_WORKERS": "1"}


class Runner:
    """`grandequipe run` on a data folder and port of its own."""

    def __init__(self, data: Path, port: int, log: str = "runner.log") -> None:
        self.data = data
        self.url = f"http://127.0.0.1:{port}"
        self.log = data.with_name(log)
        command = ["grandequipe.cli", "run", "--port", str(port), "--data", str(data), "--no-demo"]
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *command],
                env=ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def wait_until_greeted(self) -> "Runner":
        """Wait until the address is printed, once the site is ready."""
        wait_until(self._greets, f"{self.url} is announced", TIMEOUT)
        assert self.is_ready()
        return self

    def is_ready(self) -> bool:
        """Return whether /readyz answers 200."""
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except OSError:
            return False

    def stop(self, number: signal.Signals) -> int:
        """Send a signal and wait for the end."""
        self.process.send_signal(number)
        return self.process.wait(TIMEOUT)

    def _greets(self) -> bool:
        output = self.log.read_text()
        assert self.process.poll() is None, output
        return f"is at {self.url}" in output


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """Give a folder; kill its processes at the end."""
    folder = tmp_path / "var"
    yield folder
    for process in find_processes(folder):
        process.kill()


def test_it_serves_mends_itself_stops_and_starts_again_with_the_data(data: Path) -> None:
    port = free_port()
    first = Runner(data, port).wait_until_greeted()
    for word in PROGRAMS:
        assert find_processes(data, word), word
    refused = Runner(data, free_port(), log="refused.log")
    assert refused.process.wait(TIMEOUT) == 1
    assert "already" in refused.log.read_text()

    find_processes(data, "gunicorn")[0].kill()
    wait_until(lambda: not first.is_ready(), "the web process is gone", TIMEOUT)
    wait_until(first.is_ready, "the web process comes back", TIMEOUT)
    key = (data / "secret_key").read_text()
    _write(data)

    first.stop(signal.SIGKILL)
    second = Runner(data, port).wait_until_greeted()
    assert (data / "secret_key").read_text() == key
    assert _read(data) == (42,)
    assert len(find_processes(data, "worker:celery beat")) == 1
    assert second.stop(signal.SIGTERM) == 0
    assert processes_of(data) == []

    third = Runner(data, port)
    for word in PROGRAMS:
        wait_until(lambda word=word: find_processes(data, word), f"{word} runs", TIMEOUT)
    third.stop(signal.SIGKILL)
    wait_until(lambda: not processes_of(data), "all processes end by themselves", TIMEOUT)


def test_a_busy_port_is_one_clear_line_before_anything_starts(data: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        runner = Runner(data, port)
        assert runner.process.wait(TIMEOUT) == 1
        output = runner.log.read_text()
        assert len(output.splitlines()) == 1
        assert f"port {port}" in output
        assert "--port" in output
        assert not (data / "postgres" / "data").exists()


def _address(data: Path) -> str:
    return f"postgresql://grandequipe@/grandequipe?host={data}/postgres"


def _write(data: Path) -> None:
    with psycopg.connect(_address(data)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")


def _read(data: Path) -> tuple[int, ...] | None:
    with psycopg.connect(_address(data)) as connection:
        return connection.execute("SELECT answer FROM kept").fetchone()
