"""The shape of every fact, and how one is read back."""

from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar

HEAD = ("subject_id", "actor_id")


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that happened: a past-tense name, ids only, never content.

    A subclass names its `kind` ("post.published") and its `subject_type` ("post"), and may
    add plain fields (ids, words), which are kept as the fact's `data`.
    """

    kind: ClassVar[str]
    subject_type: ClassVar[str]
    known: ClassVar[dict[str, type["Event"]]] = {}

    subject_id: int
    actor_id: int | None

    def __init_subclass__(cls) -> None:
        Event.known[cls.kind] = cls

    @property
    def data(self) -> dict[str, Any]:
        """Give the fields that the subclass added."""
        return {name: value for name, value in asdict(self).items() if name not in HEAD}

    @staticmethod
    def read(kind: str, subject_id: int, actor_id: int | None, data: dict[str, Any]) -> "Event":
        """Make the event again from its columns, whatever fields a later version dropped."""
        event_class = Event.known[kind]
        names = {field.name for field in fields(event_class)}
        kept = {name: value for name, value in data.items() if name in names}
        return event_class(subject_id=subject_id, actor_id=actor_id, **kept)
