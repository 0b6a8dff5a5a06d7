"""`grandequipe run`: the services, then the same processes as production, watched until the end."""

import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType
from typing import NoReturn

import grandequipe
from grandequipe.embedded import ports, records
from grandequipe.embedded.errors import OperatorError
from grandequipe.embedded.locks import Lock, wait_until
from grandequipe.embedded.paths import Paths
from grandequipe.embedded.processes import Program, end_leftover, last_line
from grandequipe.embedded.services import Services
from grandequipe.embedded.supervisor import Supervisor

PROJECT = Path(grandequipe.__file__).resolve().parents[1]
PROGRAMS = ("web", "beat", "worker")
READY_WITHIN = 120.0
WATCH_EVERY = 0.5
ANYWHERE = ("0.0.0.0", "::", "")  # noqa: S104
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Unwind whatever is under way: the operator asked to stop."""


class Runner:
    """Everything on one machine, from the first lock to the last process."""

    def __init__(
        self,
        data: str,
        host: str,
        port: int,
        environ: Mapping[str, str],
        *,
        demo: bool,
        say: Callable[[str], None],
    ) -> None:
        self._paths = Paths.of(data)
        self._host = host
        self._port = port
        self._environ = environ
        self._demo = demo
        self._say = say
        self._supervisor = Supervisor(self._paths, say)
        self._services = Services(self._paths, environ)

    def run(self) -> None:
        """Serve until Ctrl-C or SIGTERM, and leave no process behind."""
        _listen()
        with Lock(self._paths.runner_lock) as only_one:
            if not only_one.try_alone():
                raise OperatorError(
                    f"`grandequipe run` runs on {self._paths.root} already: stop it, "
                    "or choose another folder with --data (make run DATA=…)."
                )
            try:
                self._serve()
            except Stopped:
                self._say("Stopping…")
            finally:
                self._supervisor.stop()
                self._services.release()

    def _serve(self) -> None:
        for name in PROGRAMS:
            end_leftover(self._paths, name)
        ports.must_be_free(self._host, self._port)
        records.write(self._paths.site, {"url": self.address})
        self._say("Starting…")
        environment = {**self._environ, **self._services.acquire()}
        told = self._prepare(environment)
        for program in self._programs(environment):
            self._supervisor.start(program)
        wait_until(self._is_ready, within=READY_WITHIN, why=self._not_ready())
        self._greet(environment, told)
        self._watch()

    @property
    def address(self) -> str:
        """Give the address to type in a browser on this machine."""
        host = "127.0.0.1" if self._host in ANYWHERE else self._host
        return f"http://{_bracketed(host)}:{self._port}"

    def _prepare(self, environment: Mapping[str, str]) -> str:
        """Migrate, and load the demo, in a process that takes its memory with it."""
        demo = "--demo" if self._demo else "--no-demo"
        done = subprocess.run(
            [sys.executable, "-m", "grandequipe.cli", "prepare", demo],
            env=dict(environment),
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            start_new_session=True,
            check=False,
        )
        self._paths.log("prepare").write_text(done.stderr, encoding="utf-8")
        if done.returncode:
            reason = last_line(self._paths.log("prepare")).removeprefix("grandequipe: ")
            raise OperatorError(f"{reason} (log: {self._paths.log('prepare')})")
        return done.stdout

    def _programs(self, environment: Mapping[str, str]) -> list[Program]:
        celery = ["celery", "-A", "worker:celery"]
        commands = {
            "worker": [*celery, "worker", "--concurrency", "2", "--without-mingle"],
            "beat": [*celery, "beat", "--schedule", str(self._paths.beat), "--pidfile="],
            "web": ["gunicorn", "-c", "gunicorn.conf.py"],
        }
        bind = f"{_bracketed(self._host)}:{self._port}"
        settings = {"GRACEFUL_TIMEOUT": "1", **environment, "BIND": bind}
        return [
            Program(name, [sys.executable, "-m", *command], PROJECT, settings)
            for name, command in commands.items()
        ]

    def _is_ready(self) -> bool:
        for child in self._supervisor.children:
            if not child.is_alive():
                log = self._paths.log(child.program.name)
                raise OperatorError(f"{child.program.name} ended: {last_line(log)} (log: {log})")
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=5) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except OSError:
            return False

    def _not_ready(self) -> str:
        return f"The site did not get ready: look at {self.address}/readyz and {self._paths.logs}."

    def _greet(self, environment: Mapping[str, str], told: str) -> None:
        lines = ["", f"  Grande Équipe is at {self.address}", ""]
        lines += [f"  {line}".rstrip() for line in told.splitlines()]
        if "MAIL_CATCHER_URL" in environment:
            lines.append(f"  Mails are not sent but shown at {self.address}/courrier")
        lines += [f"  Data and logs are in {self._paths.root}", "  Ctrl-C stops everything.", ""]
        self._say("\n".join(lines))

    def _watch(self) -> NoReturn:
        while True:
            self._services.ensure()
            self._supervisor.revive()
            time.sleep(WATCH_EVERY)


def _listen() -> None:
    for sign in SIGNALS:
        if sign != signal.SIGHUP or signal.getsignal(sign) != signal.SIG_IGN:  # nohup
            signal.signal(sign, _stop)


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    """Unwind once; a second Ctrl-C must not cut the clean-up short."""
    for sign in SIGNALS:
        signal.signal(sign, signal.SIG_IGN)
    raise Stopped


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
