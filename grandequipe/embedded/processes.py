"""Starting, restarting and stopping a process of a data folder, with all its children."""

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

from grandequipe.embedded import state_files
from grandequipe.embedded.paths import Paths

PR_SET_PDEATHSIG = 1
LONGEST_BACKOFF = 30.0
STABLE_AFTER = 20.0
POLL_EVERY = 0.05

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class ProcessSpec:
    """A command, its working folder, environment and account, and how it is stopped (seconds)."""

    name: str
    command: list[str]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    account: Mapping[str, Any] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM
    stop_within: float = 10.0


class ManagedProcess:
    """A running process, in a session of its own, so that Ctrl-C reaches this process only."""

    def __init__(self, spec: ProcessSpec, paths: Paths) -> None:
        self.spec = spec
        self._paths = paths
        self._failures = 0
        self._start()

    @property
    def pid(self) -> int:
        """Give the process id."""
        return self._process.pid

    def is_alive(self) -> bool:
        """Return whether it runs; if it has ended, kill the children that it left."""
        if self._process.returncode is None and self._has_ended():
            self._kill_group()
            self._process.wait()
        return self._process.returncode is None

    def restart_if_dead(self) -> bool:
        """Restart it if it died, with exponential backoff; return whether it was restarted."""
        if self.is_alive() or time.monotonic() < self._restart_at():
            return False
        lifetime = self._died - self._started
        self._failures = 0 if lifetime > STABLE_AFTER else self._failures + 1
        self._start()
        return True

    def stop(self) -> None:
        """Send its stop signal; kill it and its children after `stop_within` seconds."""
        if self.is_alive():
            self._process.send_signal(self.spec.stop_signal)
            deadline = time.monotonic() + self.spec.stop_within
            while self.is_alive() and time.monotonic() < deadline:
                time.sleep(POLL_EVERY)
        if self.is_alive():
            self._kill_group()
            self._process.wait()
        _record_of(self._paths, self.spec.name).unlink(missing_ok=True)

    def _start(self) -> None:
        end_orphan(self._paths, self.spec.name)
        with self._paths.log(self.spec.name).open("ab") as log:
            self._process = subprocess.Popen(
                self.spec.command,
                cwd=self.spec.folder,
                env=dict(self.spec.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # Safe: the supervisor and the runner have one thread each.
                preexec_fn=_end_with_parent(self.spec.stop_signal),  # noqa: PLW1509
                **self.spec.account,
            )
        self._started = time.monotonic()
        self._died = 0.0
        _write_record(self._paths, self.spec, self._process.pid)

    def _restart_at(self) -> float:
        self._died = self._died or time.monotonic()
        return self._died + min(LONGEST_BACKOFF, 2.0**self._failures - 1)

    def _has_ended(self) -> bool:
        """Check without reaping it: as long as its pid is not reused, its group can be killed."""
        return bool(psutil.Process(self._process.pid).status() == psutil.STATUS_ZOMBIE)

    def _kill_group(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)


def end_orphan(paths: Paths, name: str) -> None:
    """End the process of this name that a killed predecessor left."""
    record = state_files.read(_record_of(paths, name))
    process = find(record)
    if process is None:
        return
    tree = [process]
    with contextlib.suppress(psutil.NoSuchProcess):
        tree += process.children(recursive=True)
        process.send_signal(record.get("stop_signal", signal.SIGTERM))
    _, alive = psutil.wait_procs([process], timeout=5)
    for each in [*alive, *tree]:
        with contextlib.suppress(psutil.NoSuchProcess):
            each.kill()
    psutil.wait_procs(tree, timeout=5)


def find(record: Mapping[str, Any]) -> psutil.Process | None:
    """Find the live process of a record, never another one that reuses its pid."""
    with contextlib.suppress(psutil.NoSuchProcess, KeyError, TypeError):
        process = psutil.Process(record["pid"])
        is_same = abs(process.create_time() - record["created"]) < 0.1
        if is_same and process.status() != psutil.STATUS_ZOMBIE:
            return process
    return None


def identity(pid: int) -> dict[str, Any]:
    """Give the pid and the creation time, which identify a process."""
    return {"pid": pid, "created": psutil.Process(pid).create_time()}


def last_line(log: Path) -> str:
    """Give the last line of a log that is not blank."""
    with contextlib.suppress(OSError):
        lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
        if lines:
            return lines[-1].strip()
    return "it said nothing"


def _record_of(paths: Paths, name: str) -> Path:
    return paths.run / f"{name}.json"


def _write_record(paths: Paths, spec: ProcessSpec, pid: int) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        record = identity(pid) | {"stop_signal": int(spec.stop_signal)}
        state_files.write(_record_of(paths, spec.name), record)


def _end_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """Have Linux signal the child when this process dies; elsewhere the next start ends it."""
    if _libc is None:
        return None
    libc, parent = _libc, os.getpid()

    def set_death_signal() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:
            os._exit(1)

    return set_death_signal
