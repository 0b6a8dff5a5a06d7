"""The one door to time, which can be set."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_set_to: ContextVar[datetime | None] = ContextVar("clock_set_to", default=None)


def now() -> datetime:
    """Give the present instant, in UTC, or the one that `travel` set."""
    return _set_to.get() or datetime.now(UTC)


@contextmanager
def travel(to: datetime) -> Iterator[None]:
    """Have everything inside the block happen at one instant: the demo's past, a test's future."""
    before = _set_to.set(to.astimezone(UTC))
    try:
        yield
    finally:
        _set_to.reset(before)
