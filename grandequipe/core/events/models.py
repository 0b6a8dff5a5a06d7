"""Streams, the events in them, and handlers that failed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    PrimaryKeyConstraint,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from grandequipe.core.events.events import Event
from grandequipe.extensions import Model, minimum_check


@dataclass(frozen=True)
class StreamRef:
    """The stream of a group, a member or the site: the id of its row, and its owner.

    Programs know a stream by its name ("group:12", "member:7"), which is made here only.
    """

    id: int
    owner: str
    owner_id: int | None = None

    @property
    def name(self) -> str:
        """Give the name by which the API, the socket and cursors know the stream."""
        return stream_name(self.owner, self.owner_id)

    def __str__(self) -> str:
        return self.name


def stream_name(owner: str, owner_id: int | None = None) -> str:
    """Give the name of the stream of an owner, whether its row is known or gone."""
    return owner if owner_id is None else f"{owner}:{owner_id}"


def owner_id_of(name: str) -> int:
    """Read the id of the group or member from the name of its stream."""
    return int(name.rpartition(":")[2])


class Stream(Model):
    """A numbered sequence of events; groups and members hold its id, the site has number 0."""

    __tablename__ = "stream"
    __table_args__ = (minimum_check("last_position"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    last_position: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")


# A row that the migration writes: a table for one owner, which there is once, would hold nothing.
SITE = StreamRef(0, "site")


class EventRecord(Model):
    """A stored event at its position in a stream, with the handlers that have not run yet.

    The table is partitioned by month of `at` (see `core.events.partitions`). An index over all
    partitions cannot be unique without `at`; no position is given twice because the row of the
    stream is locked while its events are numbered (see `core.events.log`).

    `next_try_at` is when the dispatcher looks at the event again; None: as soon as it can.
    """

    __tablename__ = "event"

    # A sequence: PostgreSQL 15 and 16 have no identity columns in partitioned tables.
    id: Mapped[int] = mapped_column(BigInteger, server_default=text("nextval('event_id_seq')"))
    stream_id: Mapped[int] = mapped_column(ForeignKey("stream.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    subject_id: Mapped[int] = mapped_column(BigInteger)
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    data: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    pending_handlers: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    next_try_at: Mapped[datetime | None]

    __table_args__ = (
        PrimaryKeyConstraint("id", "at"),
        UniqueConstraint("stream_id", "position", "at"),
        Index("ix_event_pending", "id", postgresql_where=text("pending_handlers <> '{}'")),
        Index("ix_event_kind", "stream_id", "kind", "position"),
        minimum_check("position", 1),
        minimum_check("version", 1),
        {"postgresql_partition_by": "RANGE (at)"},
    )
    __mapper_args__ = {"primary_key": [id]}

    @property
    def event(self) -> Event:
        """Give the event as its feature declared it."""
        return Event.read(self.kind, self.version, self.subject_id, self.actor_id, self.data)


class HandlerFailure(Model):
    """A handler that failed on an event: when it is tried again, or since when it is set aside.

    While it is tried again its name stays in the event's `pending_handlers`; a handler that is
    set aside is not tried until an operator asks for it (`grandequipe events retry`).
    """

    __tablename__ = "handler_failure"
    __table_args__ = (
        Index(
            "ix_handler_failure_set_aside",
            "event_id",
            postgresql_where=text("set_aside_at IS NOT NULL"),
        ),
        minimum_check("tries"),
    )

    event_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    handler: Mapped[str] = mapped_column(primary_key=True)
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")
    first_failed_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    set_aside_at: Mapped[datetime | None]
