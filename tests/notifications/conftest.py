"""What scenes of the bell share: handling events, and collecting what is broadcast."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from grandequipe.core.events import Broadcast, StreamRef, broadcasts as core_broadcasts
from tests.notifications.dispatching import run_pending_handlers


@pytest.fixture
def handle_events(app: Flask) -> Callable[[], None]:
    """Give the function that handles every pending event, as the worker does."""
    return run_pending_handlers


Broadcasts = list[tuple[StreamRef, Broadcast]]


@pytest.fixture
def broadcasts() -> Iterator[Broadcasts]:
    """Collect the values that are broadcast during a scene, as open pages do."""
    sent: Broadcasts = []

    def collect(stream: StreamRef, value: Broadcast) -> None:
        sent.append((stream, value))

    core_broadcasts.send_broadcasts_by(collect)
    yield sent
    core_broadcasts._senders.remove(collect)
