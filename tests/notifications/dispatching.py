"""The worker's part, played in the scene itself."""

from grandequipe.core.journal.services import dispatch_waiting, react
from grandequipe.core.transactions import atomic


def tell_everyone() -> None:
    """Hand over every waiting fact and run its reactions, until nothing waits."""
    while _tell_some():
        pass


def _tell_some() -> bool:
    handed: list[tuple[list[int], str]] = []
    with atomic():
        dispatch_waiting(lambda fact_ids, name: handed.append((fact_ids, name)))
    for fact_ids, name in handed:
        with atomic():
            react(fact_ids, name)
    return bool(handed)
