"""Who reacts to what: each feature registers its reactions, `app` imports them all."""

from collections import defaultdict
from collections.abc import Callable
from typing import TypeVar

from grandequipe.core.journal.events import Event
from grandequipe.core.journal.models import Fact

Reaction = Callable[[Fact], None]
R = TypeVar("R", bound=Reaction)

_by_name: dict[str, Reaction] = {}
_names_by_kind: dict[str, list[str]] = defaultdict(list)


def reacts_to(*event_classes: type[Event]) -> Callable[[R], R]:
    """Register a reaction; it runs in a transaction of its own and may run twice."""

    def register(reaction: R) -> R:
        name = f"{reaction.__module__.removeprefix('grandequipe.')}.{reaction.__name__}"
        _by_name[name] = reaction
        for event_class in event_classes:
            _names_by_kind[event_class.kind].append(name)
        return reaction

    return register


def names_for(kind: str) -> list[str]:
    """Give the names of the reactions that facts of this kind await."""
    return list(_names_by_kind[kind])


def named(name: str) -> Reaction | None:
    """Find a reaction, or None where a later version dropped it."""
    return _by_name.get(name)
