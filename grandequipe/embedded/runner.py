"""`grandequipe run`: the services and the same processes as in production, supervised."""

import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

from grandequipe.embedded import ports, state_files
from grandequipe.embedded.errors import OperatorError
from grandequipe.embedded.locks import Lock, wait_until
from grandequipe.embedded.paths import Paths
from grandequipe.embedded.process_group import ProcessGroup
from grandequipe.embedded.processes import ProcessSpec, end_orphan, last_line
from grandequipe.embedded.services import Services

READY_WITHIN = 120.0
WATCH_EVERY = 0.5
ALL_ADDRESSES = ("0.0.0.0", "::", "")  # noqa: S104
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Raised by the signal handler when the operator stops the command."""


@dataclass(frozen=True)
class Site:
    """What is run beside the services: modules of Python with their arguments.

    Each runs in `folder` with the addresses of the services in its environment; `prepare` ends
    before `programs` start. One of these serves HTTP at the address in `BIND`, and answers
    `/readyz` with 200 once the site can be used.
    """

    name: str
    folder: Path
    prepare: Sequence[str]
    programs: Mapping[str, Sequence[str]]


class Runner:
    """The whole site on one machine; `say` prints a line to the operator."""

    def __init__(
        self,
        site: Site,
        paths: Paths,
        host: str,
        port: int,
        environ: Mapping[str, str],
        *,
        say: Callable[[str], None],
    ) -> None:
        self._site = site
        self._paths = paths
        self._host = host
        self._port = port
        self._environ = environ
        self._say = say
        self._processes = ProcessGroup(self._paths, say)
        self._services = Services(self._paths, environ)

    def run(self) -> None:
        """Serve until Ctrl-C or SIGTERM, and leave no process behind."""
        _handle_signals()
        with Lock(self._paths.runner_lock) as lock:
            if not lock.try_exclusive():
                raise OperatorError(
                    f"`grandequipe run` runs on {self._paths.root} already: stop it, "
                    "or choose another folder with --data (make run DATA=…)."
                )
            try:
                self._serve()
            except Stopped:
                self._say("Stopping…")
            finally:
                self._processes.stop()
                self._services.release()

    def _serve(self) -> None:
        for name in reversed(tuple(self._site.programs)):
            end_orphan(self._paths, name)
        ports.must_be_free(self._host, self._port)
        state_files.write(self._paths.site, {"url": self.address})
        self._say("Starting…")
        environment = {**self._environ, **self._services.acquire()}
        output = self._prepare(environment)
        for spec in self._specs(environment):
            self._processes.start(spec)
        wait_until(self._is_ready, within=READY_WITHIN, why=self._not_ready())
        self._greet(environment, output)
        self._watch()

    @property
    def address(self) -> str:
        """Give the site's address for a browser on this machine."""
        host = "127.0.0.1" if self._host in ALL_ADDRESSES else self._host
        return f"http://{_bracketed(host)}:{self._port}"

    def _prepare(self, environment: Mapping[str, str]) -> str:
        """Prepare the data, in a process that frees its memory; return its output."""
        prepare = subprocess.run(
            [sys.executable, "-m", *self._site.prepare],
            env=dict(environment),
            cwd=self._site.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            start_new_session=True,
            check=False,
        )
        self._paths.log("prepare").write_text(prepare.stderr, encoding="utf-8")
        if prepare.returncode:
            reason = last_line(self._paths.log("prepare")).removeprefix("grandequipe: ")
            raise OperatorError(f"{reason} (log: {self._paths.log('prepare')})")
        return prepare.stdout

    def _specs(self, environment: Mapping[str, str]) -> list[ProcessSpec]:
        bind = f"{_bracketed(self._host)}:{self._port}"
        settings = {"GRACEFUL_TIMEOUT": "1", **environment, "BIND": bind}
        return [
            ProcessSpec(name, [sys.executable, "-m", *command], self._site.folder, settings)
            for name, command in self._site.programs.items()
        ]

    def _is_ready(self) -> bool:
        for process in self._processes.processes:
            if not process.is_alive():
                log = self._paths.log(process.spec.name)
                raise OperatorError(f"{process.spec.name} ended: {last_line(log)} (log: {log})")
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=5) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except OSError:
            return False

    def _not_ready(self) -> str:
        return f"The site did not get ready: look at {self.address}/readyz and {self._paths.logs}."

    def _greet(self, environment: Mapping[str, str], output: str) -> None:
        lines = ["", f"  {self._site.name} is at {self.address}", ""]
        lines += [f"  {line}".rstrip() for line in output.splitlines()]
        if "MAIL_CATCHER_URL" in environment:
            lines.append(f"  Mails are not sent but shown at {self.address}/courrier")
        lines += [f"  Data and logs are in {self._paths.root}", "  Ctrl-C stops everything.", ""]
        self._say("\n".join(lines))

    def _watch(self) -> NoReturn:
        while True:
            self._services.ensure()
            self._processes.restart_dead()
            time.sleep(WATCH_EVERY)


def _handle_signals() -> None:
    for number in SIGNALS:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup
            signal.signal(number, _stop)


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    """Raise Stopped once; a second Ctrl-C must not interrupt the clean-up."""
    for ignored in SIGNALS:
        signal.signal(ignored, signal.SIG_IGN)
    raise Stopped


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
