"""Waiting for what happens in another process, by its effect, never by the clock alone."""

import select
from collections.abc import Callable
from time import monotonic
from typing import TypeVar

T = TypeVar("T")

LONGEST_WAIT = 20.0
BETWEEN_LOOKS = 0.02


def wait_until(happened: Callable[[], T], what: str, seconds: float = LONGEST_WAIT) -> T:
    """Look until `happened` gives something true, or fail by naming what did not happen."""
    deadline = monotonic() + seconds
    while monotonic() < deadline:
        answer = happened()
        if answer:
            return answer
        select.select([], [], [], BETWEEN_LOOKS)
    raise AssertionError(f"In {seconds:.0f} s it did not happen: {what}")
