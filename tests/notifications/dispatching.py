"""Handling events in the test itself, as the worker does."""

from grandequipe.core.events.dispatch import dispatch_pending, handle
from grandequipe.core.transactions import atomic


def run_pending_handlers() -> None:
    """Run the pending handlers of every event, until there are none."""
    while _run_some():
        pass


def _run_some() -> bool:
    handed: list[tuple[list[int], str]] = []
    with atomic():
        dispatch_pending(lambda event_ids, name: handed.append((event_ids, name)))
    for event_ids, name in handed:
        with atomic():
            handle(event_ids, name)
    return bool(handed)
