"""Waiting for an effect in another process."""

import select
from collections.abc import Callable
from time import monotonic
from typing import TypeVar

T = TypeVar("T")

TIMEOUT = 20.0
POLL_EVERY = 0.02


def wait_until(happened: Callable[[], T], what: str, seconds: float = TIMEOUT) -> T:
    """Poll `happened` until its result is true, and return it; else fail with `what`."""
    deadline = monotonic() + seconds
    while monotonic() < deadline:
        result = happened()
        if result:
            return result
        select.select([], [], [], POLL_EVERY)
    raise AssertionError(f"In {seconds:.0f} s it did not happen: {what}")
