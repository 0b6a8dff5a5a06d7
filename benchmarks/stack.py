"""The stack that is measured: the same processes as in production, on loopback, in a folder."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import text

from benchmarks import bare
from benchmarks.smtp_sink import SmtpSink
from grandequipe.app import create_app
from grandequipe.config import Settings
from grandequipe.core.transactions import atomic
from grandequipe.demo.seeding import Size, write_crowd
from grandequipe.embedded import services
from grandequipe.extensions import db

PROJECT = Path(__file__).resolve().parents[1]
STARTS_WITHIN = 60.0
MANY = "1000000 per minute"
ENDS_WITHIN = 20.0
MAIL_FROM = "Grande Équipe <bonjour@bench.example>"
BARE = ("gunicorn", "--worker-class", "gevent", "--workers", "2", "--keep-alive", "75")
CELERY = ("celery", "-A", "worker:celery", "worker", "--concurrency", "2", "--without-mingle")


@dataclass(frozen=True)
class Stack:
    """A running site, the application to look into it, the sink of its mails, and a bare site."""

    app: Flask
    port: int
    bare_port: int
    sink: SmtpSink
    web: "Program"
    bare: "Program"
    worker: "Program"
    seeded_in: float


class Program:
    """One process of the stack, with its children."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self._log = log
        with log.open("ab") as output:
            self._running = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=PROJECT,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Give the id of the process, which is its group's too."""
        return self._running.pid

    def stop(self) -> None:
        """Ask it to end, and insist after a while."""
        self._signal(signal.SIGTERM)
        try:
            self._running.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            self._running.wait()

    def must_run(self) -> None:
        """Fail with the end of its log where it has ended."""
        if self._running.poll() is not None:
            raise RuntimeError(f"It ended:\n{self._log.read_text()[-3000:]}")

    def _signal(self, number: signal.Signals) -> None:
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            return


@contextmanager
def start(size: Size) -> Iterator[Stack]:
    """Start services, seed, start web, worker and the bare site; stop all at the end."""
    with ExitStack() as stack:
        data = Path(stack.enter_context(TemporaryDirectory(prefix="grandequipe-bench-")))
        data.chmod(0o755)  # PostgreSQL is another user where we are root
        sink = stack.enter_context(SmtpSink())
        settings = {"MAIL_URL": sink.url, "MAIL_FROM": MAIL_FROM, "LOG_LEVEL": "WARNING"}
        port = free_port()
        environment = stack.enter_context(services.start(data / "var", settings))
        environment |= {"BIND": f"127.0.0.1:{port}", "SITE_URL": f"http://127.0.0.1:{port}"}
        # A few members here write as much as a thousand elsewhere.
        environment |= {"LIMIT_COMMENTS": MANY, "LIMIT_POSTS": MANY}
        app = create_app(Settings.from_environment(environment))
        seeded_in = _seed(app, size)
        web = Program(("gunicorn", "-c", "gunicorn.conf.py"), environment, data / "web.log")
        stack.callback(web.stop)
        worker = Program(CELERY, environment, data / "worker.log")
        stack.callback(worker.stop)
        bare_port = free_port()
        bare_site = Program(
            (*BARE, "--bind", f"127.0.0.1:{bare_port}", "benchmarks.bare:create_app()"),
            {
                bare.DATABASE: app.config["SQLALCHEMY_DATABASE_URI"],
                bare.REDIS: app.config["SETTINGS"].redis_database(2),
            },
            data / "bare.log",
        )
        stack.callback(bare_site.stop)
        for path, *programs in ((f"{port}/healthz", web, worker), (f"{bare_port}/", bare_site)):
            address = f"http://127.0.0.1:{path}"
            wait_until(partial(answers, address, *programs), f"{address} answers")
        yield Stack(app, port, bare_port, sink, web, bare_site, worker, seeded_in)


def _seed(app: Flask, size: Size) -> float:
    started = time.monotonic()
    with app.app_context():
        upgrade()
        with atomic():
            write_crowd(size)
            db.session.execute(bare.TABLE)
        _let_settle()
    return time.monotonic() - started


def _let_settle() -> None:
    """Have PostgreSQL do now what it would do in its first minute, in the middle of a measure."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def answers(url: str, *programs: Program) -> bool:
    """Return whether a site answers; fail where one of its programs has ended."""
    for program in programs:
        program.must_run()
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:
        return False


def wait_until(is_so: Callable[[], bool], what: str, within: float = STARTS_WITHIN) -> float:
    """Wait until something is so; return how long it took; raise TimeoutError when it never is."""
    started = time.monotonic()
    while not is_so():
        if time.monotonic() - started > within:
            raise TimeoutError(f"{what}: not within {within:.0f} s")
        time.sleep(0.02)
    return time.monotonic() - started


def free_port() -> int:
    """Find a port that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
