"""Locks that the kernel takes back from whoever dies: no state is ever stale."""

import fcntl
import os
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from grandequipe.embedded.errors import OperatorError

PAUSE = 0.05


class Lock:
    """A flock on a file, held until `release` or until this process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def try_shared(self) -> bool:
        """Hold it beside others, unless someone holds it alone."""
        return self._try(fcntl.LOCK_SH)

    def try_alone(self) -> bool:
        """Hold it alone, unless anyone else holds it. A shared hold may be lost by trying."""
        return self._try(fcntl.LOCK_EX)

    def wait(self, attempt: Callable[[], bool], *, within: float, why: str) -> None:
        """Try until it is ours; say `why` when it does not become ours in time."""
        wait_until(attempt, within=within, why=why)

    def release(self) -> None:
        """Let go, once and for all."""
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
    """Tell whether nobody holds the lock."""
    with Lock(path) as lock:
        return lock.try_alone()


def wait_until(condition: Callable[[], bool], *, within: float, why: str) -> None:
    """Ask until the answer is yes; say `why` when it is still no in the end."""
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            raise OperatorError(why)
        time.sleep(PAUSE)
