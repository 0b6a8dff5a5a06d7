"""What is told outside after the commit: the bell of open pages, the dispatcher's alarm.

Told is a hint (see `core.transactions.on_commit`); the facts themselves wait in the database.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from grandequipe.core.events.events import Event
from grandequipe.core.transactions import Callback, on_commit


@dataclass(frozen=True)
class RecordedEvent:
    """A recorded event with its place, in plain values that outlive the session."""

    stream: str
    position: int
    event: Event
    at: datetime
    has_handlers: bool


Listener = Callable[[RecordedEvent], Callback]

_listeners: list[Listener] = []


def subscribe(listener: Listener) -> None:
    """Ask `listener`, within the transaction of each fact, what to do after its commit.

    So it reads what it tells while it is at hand, and not in a transaction more.
    """
    if listener not in _listeners:
        _listeners.append(listener)


def notify_after_commit(recorded: RecordedEvent) -> None:
    """Tell every listener of this fact once its transaction is committed."""
    for listener in _listeners:
        on_commit(listener(recorded))
