"""The whole site as in production: gunicorn with two workers, a Celery worker, beat."""

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.waiting import wait_until

PROJECT = Path(__file__).parent.parent
READY_WITHIN = 240.0
CELERY = ("celery", "-A", "worker:celery")


class Process:
    """A process of the site, in a process group of its own."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self.log = log
        with log.open("ab") as output:
            self._running = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=PROJECT,
                env={**os.environ, **environment},
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Give the process id, which is also the group's."""
        return self._running.pid

    def is_alive(self) -> bool:
        """Return whether it runs."""
        return self._running.poll() is None

    def kill(self) -> None:
        """Send SIGKILL to it and its children."""
        self._signal(signal.SIGKILL)
        self._running.wait()

    def stop(self) -> None:
        """Send SIGTERM, and SIGKILL after 15 seconds."""
        self._signal(signal.SIGTERM)
        try:
            self._running.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()

    def _signal(self, number: signal.Signals) -> None:
        if not self.is_alive():
            return  # its pid may be reused by now
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            return


class Site:
    """A running site on a free loopback port."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = folder
        self.environment = {**environment, "SITE_URL": self.url, "GRACEFUL_TIMEOUT": "1"}
        self.processes: dict[str, Process] = {}

    def start(self, *names: str) -> None:
        """Start some of: web, worker, beat."""
        for name in names:
            self.processes[name] = Process(
                self._command(name), self._environment_of(name), self.folder / f"{name}.log"
            )

    def wait_until_ready(self) -> None:
        """Wait until /readyz answers 200, which needs web, worker and beat."""
        wait_until(self._is_ready, f"{self.url}/readyz answers 200", READY_WITHIN)

    def wait_until_up(self) -> None:
        """Wait until a web process answers, with or without the others."""
        wait_until(lambda: self._answers("healthz"), f"{self.url}/healthz answers", READY_WITHIN)

    def stop(self) -> None:
        """Stop everything."""
        for process in self.processes.values():
            process.stop()
        self.processes.clear()

    def _is_ready(self) -> bool:
        return self._answers("readyz")

    def _answers(self, path: str) -> bool:
        for name, process in self.processes.items():
            assert process.is_alive(), f"{name} ended:\n{process.log.read_text()[-3000:]}"
        try:
            with urllib.request.urlopen(f"{self.url}/{path}", timeout=5) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except OSError:
            return False

    def _command(self, name: str) -> Sequence[str]:
        schedule = str(self.folder / "beat")
        commands: dict[str, Sequence[str]] = {
            "web": ("gunicorn", "-c", "gunicorn.conf.py"),
            "worker": (*CELERY, "worker", "--concurrency", "2", "--without-mingle"),
            "beat": (*CELERY, "beat", "--schedule", schedule, "--pidfile="),
        }
        return commands[name]

    def _environment_of(self, name: str) -> Mapping[str, str]:
        return {**self.environment, "BIND": f"127.0.0.1:{self.port}"}


def free_port() -> int:
    """Find a free loopback port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
