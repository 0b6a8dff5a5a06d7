"""A kind of event and a stream that belong to no feature."""

from dataclasses import dataclass

import pytest
from flask import Flask

from grandequipe.core.events import Event, StreamRef, open_stream as open_new_stream
from grandequipe.core.transactions import atomic


@dataclass(frozen=True, kw_only=True)
class NoteWritten(Event):
    """A note was written; there are no handlers."""

    kind = "test.note_written"
    subject_type = "bell"

    note: str = ""


def bell(number: int = 1, note: str = "") -> NoteWritten:
    """Make an event."""
    return NoteWritten(subject_id=number, actor_id=None, note=note)


def open_stream() -> StreamRef:
    """Open a stream that no other scene knows."""
    with atomic():
        stream_id = open_new_stream()
    return StreamRef(stream_id, "test", stream_id)


@pytest.fixture
def stream(app: Flask) -> StreamRef:
    """Give a scene a stream of its own."""
    return open_stream()
