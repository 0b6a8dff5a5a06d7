"""The shape of every event, and how a stored one is read."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, ClassVar

HEAD = ("subject_id", "actor_id")


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that happened: a past-tense name, ids only, never content.

    A subclass names its `kind` ("post.published") and its `subject_type` ("post"), and may
    add plain fields (ids, words), which are stored as the event's `data`. A field that is added
    to a kind already stored has a default and raises `version` by one; a field that is dropped or
    means something else raises it too, and then `upgrade` reads what older versions stored.
    """

    kind: ClassVar[str]
    subject_type: ClassVar[str]
    version: ClassVar[int] = 1
    known: ClassVar[dict[str, type["Event"]]] = {}

    subject_id: int
    actor_id: int | None

    def __init_subclass__(cls) -> None:
        Event.known[cls.kind] = cls

    @cached_property
    def data(self) -> Mapping[str, Any]:
        """Give the fields that the subclass added."""
        names = (field.name for field in fields(self) if field.name not in HEAD)
        return {name: getattr(self, name) for name in names}

    @classmethod
    def upgrade(cls, version: int, data: dict[str, Any]) -> dict[str, Any]:
        """Give the present fields for the `data` that a version stored; unknown ones are left."""
        return data

    @staticmethod
    def read(
        kind: str, version: int, subject_id: int, actor_id: int | None, data: dict[str, Any]
    ) -> "Event":
        """Make the event from its columns, whichever version of its class stored them."""
        event_class = Event.known[kind]
        names = {field.name for field in fields(event_class)}
        present = event_class.upgrade(version, data)
        kept = {name: value for name, value in present.items() if name in names}
        return event_class(subject_id=subject_id, actor_id=actor_id, **kept)
