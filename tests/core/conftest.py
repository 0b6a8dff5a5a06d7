"""A kind of event and a stream that belong to no feature."""

from dataclasses import dataclass
from itertools import count

import pytest
from flask import Flask

from grandequipe.core.events import Event, open_stream as open_new_stream
from grandequipe.core.transactions import atomic

_numbers = count(1)


@dataclass(frozen=True, kw_only=True)
class BellRang(Event):
    """A bell rang; nobody reacts."""

    kind = "test.bell_rang"
    subject_type = "bell"

    note: str = ""


def bell(number: int = 1, note: str = "") -> BellRang:
    """Ring a bell."""
    return BellRang(subject_id=number, actor_id=None, note=note)


def open_stream() -> str:
    """Open a stream that no other scene knows."""
    name = f"test:{next(_numbers)}"
    with atomic():
        open_new_stream(name)
    return name


@pytest.fixture
def stream(app: Flask) -> str:
    """Give a scene a stream of its own."""
    return open_stream()
