"""Streams and the facts in them."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from grandequipe.core.events.events import Event
from grandequipe.extensions import Model


class Stream(Model):
    """A numbered line of facts; the name says whose: "group:12", "member:7"."""

    __tablename__ = "stream"

    name: Mapped[str] = mapped_column(primary_key=True)
    last_position: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")


class EventRecord(Model):
    """One event at its position in one stream, and the reactions that it still awaits."""

    __tablename__ = "fact"
    __table_args__ = (
        UniqueConstraint("stream_name", "position"),
        Index("ix_fact_waiting", "id", postgresql_where=text("awaiting <> '{}'")),
        Index("ix_fact_kind", "stream_name", "kind", "position"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    stream_name: Mapped[str] = mapped_column(ForeignKey("stream.name", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str]
    subject_id: Mapped[int] = mapped_column(BigInteger)
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    data: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    pending_handlers: Mapped[list[str]] = mapped_column(
        "awaiting", ARRAY(TEXT), key="pending_handlers"
    )
    dispatched_at: Mapped[datetime | None]

    @property
    def event(self) -> Event:
        """Give the event as its feature declared it."""
        return Event.read(self.kind, self.subject_id, self.actor_id, self.data)
