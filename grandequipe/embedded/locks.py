"""File locks, which the kernel releases when a process dies: they are never stale."""

import fcntl
import os
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from grandequipe.embedded.errors import OperatorError

POLL_EVERY = 0.05


class Lock:
    """A flock on a file, held until `release` or the end of this process."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def try_shared(self) -> bool:
        """Acquire it shared; return False where another process holds it exclusively."""
        return self._try(fcntl.LOCK_SH)

    def try_exclusive(self) -> bool:
        """Acquire it exclusively; return False where it is held. A shared lock may be lost."""
        return self._try(fcntl.LOCK_EX)

    def wait(self, attempt: Callable[[], bool], *, within: float, why: str) -> None:
        """Try until it is acquired; raise OperatorError(why) after `within` seconds."""
        wait_until(attempt, within=within, why=why)

    def release(self) -> None:
        """Release it; this object cannot acquire it again."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _try(self, operation: int) -> bool:
        try:
            fcntl.flock(self._descriptor, operation | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def is_free(path: Path) -> bool:
    """Return whether no process holds the lock."""
    with Lock(path) as lock:
        return lock.try_exclusive()


def wait_until(condition: Callable[[], bool], *, within: float, why: str) -> None:
    """Poll a condition; raise OperatorError(why) after `within` seconds."""
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            raise OperatorError(why)
        time.sleep(POLL_EVERY)
