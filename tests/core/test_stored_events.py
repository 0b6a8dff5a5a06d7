"""Events that an earlier version stored are read by this one."""

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from grandequipe.core import clock
from grandequipe.core.events import Event, EventRecord
from tests.core.stored_events import ROWS


@pytest.mark.parametrize(("kind", "version", "data"), ROWS)
def test_a_stored_event_is_read(app: Flask, kind: str, version: int, data: dict[str, Any]) -> None:
    record = EventRecord(
        kind=kind, version=version, subject_id=1, actor_id=None, data=data, at=clock.now()
    )
    event = record.event
    assert (event.kind, event.subject_id, event.actor_id) == (kind, 1, None)
    assert data.items() <= event.data.items()


def test_every_kind_and_version_has_a_stored_event(app: Flask) -> None:
    stored = {(kind, version) for kind, version, _data in ROWS}
    expected = {
        (kind, version)
        for kind, event_class in Event.known.items()
        if not kind.startswith("test.")
        for version in range(1, event_class.version + 1)
    }
    assert expected - stored == set()


@dataclass(frozen=True, kw_only=True)
class LampLit(Event):
    """A lamp was lit; its first version called the room by another name, and had no colour."""

    kind = "test.lamp_lit"
    subject_type = "lamp"
    version = 2

    room_id: int
    colour: str = "white"

    @classmethod
    def upgrade(cls, version: int, data: dict[str, Any]) -> dict[str, Any]:
        """Read what version 1 called `place_id`."""
        return {"room_id": data["place_id"], **data} if version == 1 else data


def test_an_event_is_read_by_the_version_that_stored_it() -> None:
    first = Event.read("test.lamp_lit", 1, 7, 8, {"place_id": 3, "gone": True})
    assert first == LampLit(subject_id=7, actor_id=8, room_id=3)
    second = LampLit(subject_id=7, actor_id=8, room_id=3, colour="red")
    assert Event.read("test.lamp_lit", 2, 7, 8, second.data) == second
