"""Who reacts to what: each feature registers its reactions, `app` imports them all."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from grandequipe.core.journal.events import Event
from grandequipe.core.journal.models import Fact

MOST_TOGETHER = 100

Reaction = Callable[[Fact], None]
ReactionTogether = Callable[[Sequence[Fact]], None]
R = TypeVar("R", bound=Reaction)
T = TypeVar("T", bound=ReactionTogether)


@dataclass(frozen=True)
class Registered:
    """A reaction, and to how many facts at most it reacts in one transaction."""

    react: ReactionTogether
    most: int


_by_name: dict[str, Registered] = {}
_names_by_kind: dict[str, list[str]] = defaultdict(list)


def reacts_to(*event_classes: type[Event]) -> Callable[[R], R]:
    """Register a reaction; it runs in a transaction of its own and may run twice."""

    def register(reaction: R) -> R:
        def react(facts: Sequence[Fact]) -> None:
            for fact in facts:
                reaction(fact)

        _register(reaction, Registered(react, 1), event_classes)
        return reaction

    return register


def reacts_together_to(*event_classes: type[Event]) -> Callable[[T], T]:
    """Register a reaction to all facts of a burst at once, in one transaction.

    For what happens hundreds of times a minute: a few statements for all, whatever their number.
    """

    def register(reaction: T) -> T:
        _register(reaction, Registered(reaction, MOST_TOGETHER), event_classes)
        return reaction

    return register


def names_for(kind: str) -> list[str]:
    """Give the names of the reactions that facts of this kind await."""
    return list(_names_by_kind[kind])


def named(name: str) -> Registered | None:
    """Find a reaction, or None where a later version dropped it."""
    return _by_name.get(name)


def _register(
    reaction: Callable[..., None], registered: Registered, event_classes: Sequence[type[Event]]
) -> None:
    name = f"{reaction.__module__.removeprefix('grandequipe.')}.{reaction.__name__}"
    _by_name[name] = registered
    for event_class in event_classes:
        _names_by_kind[event_class.kind].append(name)
