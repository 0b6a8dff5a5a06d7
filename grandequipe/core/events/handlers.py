"""Who reacts to what: each feature registers its reactions, `app` imports them all."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from grandequipe.core.events.events import Event
from grandequipe.core.events.models import EventRecord

MOST_TOGETHER = 100

Handler = Callable[[EventRecord], None]
BatchHandler = Callable[[Sequence[EventRecord]], None]
R = TypeVar("R", bound=Handler)
T = TypeVar("T", bound=BatchHandler)


@dataclass(frozen=True)
class Registered:
    """A reaction, and to how many facts at most it reacts in one transaction."""

    handle: BatchHandler
    most: int


_by_name: dict[str, Registered] = {}
_names_by_kind: dict[str, list[str]] = defaultdict(list)


def handles(*event_classes: type[Event]) -> Callable[[R], R]:
    """Register a reaction; it runs in a transaction of its own and may run twice."""

    def register(handler: R) -> R:
        def handle(event_records: Sequence[EventRecord]) -> None:
            for event_record in event_records:
                handler(event_record)

        _register(handler, Registered(handle, 1), event_classes)
        return handler

    return register


def handles_batch(*event_classes: type[Event]) -> Callable[[T], T]:
    """Register a reaction to all facts of a burst at once, in one transaction.

    For what happens hundreds of times a minute: a few statements for all, whatever their number.
    """

    def register(handler: T) -> T:
        _register(handler, Registered(handler, MOST_TOGETHER), event_classes)
        return handler

    return register


def names_for(kind: str) -> list[str]:
    """Give the names of the reactions that facts of this kind await."""
    return list(_names_by_kind[kind])


def named(name: str) -> Registered | None:
    """Find a reaction, or None where a later version dropped it."""
    return _by_name.get(name)


def _register(
    handler: Callable[..., None], registered: Registered, event_classes: Sequence[type[Event]]
) -> None:
    # The names that stored events wait under: those of the previous release are served too.
    module = handler.__module__.removeprefix("grandequipe.").replace(".handlers", ".reactions")
    name = f"{module}.{handler.__name__}"
    _by_name[name] = registered
    for event_class in event_classes:
        _names_by_kind[event_class.kind].append(name)
