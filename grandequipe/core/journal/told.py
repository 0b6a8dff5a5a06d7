"""What is told outside after the commit: the bell of open pages, the dispatcher's alarm.

Told is a hint (see `core.transactions.on_commit`); the facts themselves wait in the database.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from grandequipe.core.journal.events import Event
from grandequipe.core.transactions import on_commit


@dataclass(frozen=True)
class Told:
    """A recorded event with its place, in plain values that outlive the session."""

    stream: str
    position: int
    event: Event
    at: datetime
    is_awaited: bool


Listener = Callable[[Told], None]

_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Call `listener` with each fact, in the process that committed it."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell_after_commit(told: Told) -> None:
    """Tell every listener of this fact once its transaction is committed."""
    for listener in _listeners:
        on_commit(partial(listener, told))
