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

PATIENCE = 120.0
PROGRAMS = ("gunicorn", "worker:celery worker", "worker:celery beat", "embedded.keeper")
OURS = {"DATABASE_URL", "REDIS_URL", "MAIL_URL", "SECRET_KEY", "SITE_URL"}
PLAIN = {name: value for name, value in os.environ.items() if name not in OURS}
ENVIRONMENT = {**PLAIN, "WEB_WORKERS": "1"}


class Runner:
    """`grandequipe run` on a data folder and a port of its own."""

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
        """Wait for the address in the terminal, which takes a ready site."""
        wait_until(self._greets, f"{self.url} is announced", PATIENCE)
        assert self.is_ready()
        return self

    def is_ready(self) -> bool:
        """Tell whether the site says that it is ready."""
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except OSError:
            return False

    def stop(self, sign: signal.Signals) -> int:
        """Send a signal and wait for the end."""
        self.process.send_signal(sign)
        return self.process.wait(PATIENCE)

    def _greets(self) -> bool:
        said = self.log.read_text()
        assert self.process.poll() is None, said
        return f"is at {self.url}" in said


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """Give a folder that nobody works for in the end."""
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
    assert refused.process.wait(PATIENCE) == 1
    assert "already" in refused.log.read_text()

    find_processes(data, "gunicorn")[0].kill()
    wait_until(lambda: not first.is_ready(), "the web process is gone", PATIENCE)
    wait_until(first.is_ready, "the web process comes back", PATIENCE)
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
        wait_until(lambda word=word: find_processes(data, word), f"{word} runs", PATIENCE)
    third.stop(signal.SIGKILL)
    wait_until(lambda: not processes_of(data), "all processes end by themselves", PATIENCE)


def test_a_busy_port_is_one_clear_line_before_anything_starts(data: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        runner = Runner(data, port)
        assert runner.process.wait(PATIENCE) == 1
        said = runner.log.read_text()
        assert len(said.splitlines()) == 1
        assert f"port {port}" in said
        assert "--port" in said
        assert not (data / "postgres" / "data").exists()


def _address(data: Path) -> str:
    return f"postgresql://grandequipe@/grandequipe?host={data}/postgres"


def _write(data: Path) -> None:
    with psycopg.connect(_address(data)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")


def _read(data: Path) -> tuple[int, ...] | None:
    with psycopg.connect(_address(data)) as connection:
        return connection.execute("SELECT answer FROM kept").fetchone()
