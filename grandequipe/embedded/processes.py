"""Start, restart and stop a process of a data folder, and leave nothing of it behind."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from grandequipe.embedded import records
from grandequipe.embedded.paths import Paths

PR_SET_PDEATHSIG = 1
LONGEST_PAUSE = 30.0
SETTLED_AFTER = 20.0
PAUSE = 0.05

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Program:
    """What to run, as whom, and how to ask it to end."""

    name: str
    command: list[str]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    account: Mapping[str, Any] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM
    stop_within: float = 10.0


class Child:
    """A program that runs, in a session of its own: Ctrl-C reaches it through us, in order."""

    def __init__(self, program: Program, paths: Paths) -> None:
        self.program = program
        self._paths = paths
        self._quick_deaths = 0
        self._start()

    @property
    def pid(self) -> int:
        """Give the process id."""
        return self._process.pid

    def is_alive(self) -> bool:
        """Tell whether it still runs; what its end left behind is ended with it."""
        if self._process.returncode is None and self._has_ended():
            self._end_group()
            self._process.wait()
        return self._process.returncode is None

    def revive(self) -> bool:
        """Start it again if it died, later and later while it keeps dying; tell if it was."""
        if self.is_alive() or time.monotonic() < self._not_before():
            return False
        lived = self._died - self._started
        self._quick_deaths = 0 if lived > SETTLED_AFTER else self._quick_deaths + 1
        self._start()
        return True

    def stop(self) -> None:
        """Ask it to end, insist after a while, and take its own children with it."""
        if self.is_alive():
            self._process.send_signal(self.program.stop_signal)
            deadline = time.monotonic() + self.program.stop_within
            while self.is_alive() and time.monotonic() < deadline:
                time.sleep(PAUSE)
        if self.is_alive():
            self._end_group()
            self._process.wait()
        _record_of(self._paths, self.program.name).unlink(missing_ok=True)

    def _start(self) -> None:
        end_leftover(self._paths, self.program.name)
        with self._paths.log(self.program.name).open("ab") as log:
            self._process = subprocess.Popen(
                self.program.command,
                cwd=self.program.folder,
                env=dict(self.program.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # Safe: the keeper and the runner have one thread each.
                preexec_fn=_end_with_parent(self.program.stop_signal),  # noqa: PLW1509
                **self.program.account,
            )
        self._started = time.monotonic()
        self._died = 0.0
        _remember(self._paths, self.program, self._process.pid)

    def _not_before(self) -> float:
        self._died = self._died or time.monotonic()
        return self._died + min(LONGEST_PAUSE, 2.0**self._quick_deaths - 1)

    def _has_ended(self) -> bool:
        """Look without burying it: as long as it has its number, its group is ours to kill."""
        return bool(psutil.Process(self._process.pid).status() == psutil.STATUS_ZOMBIE)

    def _end_group(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)


def end_leftover(paths: Paths, name: str) -> None:
    """End what a killed predecessor left running under this name."""
    record = records.read(_record_of(paths, name))
    process = find(record)
    if process is None:
        return
    family = [process]
    with contextlib.suppress(psutil.NoSuchProcess):
        family += process.children(recursive=True)
        process.send_signal(record.get("stop_signal", signal.SIGTERM))
    _, alive = psutil.wait_procs([process], timeout=5)
    for member in [*alive, *family]:
        with contextlib.suppress(psutil.NoSuchProcess):
            member.kill()
    psutil.wait_procs(family, timeout=5)


def find(record: Mapping[str, Any]) -> psutil.Process | None:
    """Give the live process of a record, never another one that got its number."""
    with contextlib.suppress(psutil.NoSuchProcess, KeyError, TypeError):
        process = psutil.Process(record["pid"])
        same = abs(process.create_time() - record["created"]) < 0.1
        if same and process.status() != psutil.STATUS_ZOMBIE:
            return process
    return None


def identity(pid: int) -> dict[str, Any]:
    """Give what tells a process from any other that may get its number later."""
    return {"pid": pid, "created": psutil.Process(pid).create_time()}


def last_line(log: Path) -> str:
    """Give the last thing that a process said."""
    with contextlib.suppress(OSError):
        lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
        if lines:
            return lines[-1].strip()
    return "it said nothing"


def _record_of(paths: Paths, name: str) -> Path:
    return paths.run / f"{name}.json"


def _remember(paths: Paths, program: Program, pid: int) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        record = identity(pid) | {"stop_signal": int(program.stop_signal)}
        records.write(_record_of(paths, program.name), record)


def _end_with_parent(sign: signal.Signals) -> Callable[[], None] | None:
    """Have Linux signal the child when we die, even by kill -9; elsewhere the next start does."""
    if _libc is None:
        return None
    libc, parent = _libc, os.getpid()

    def ask_kernel() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(sign))
        if os.getppid() != parent:
            os._exit(1)

    return ask_kernel
