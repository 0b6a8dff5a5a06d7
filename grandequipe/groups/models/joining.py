"""Requests to join a group, with their answers and what was written about them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grandequipe.extensions import Model, enum_check
from grandequipe.groups.models.groups import Group
from grandequipe.members.models import Member

LONGEST_ANSWER = 1000
LONGEST_MESSAGE = 2000


class RequestState(StrEnum):
    """What became of a request to join."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class JoinRequest(Model):
    """A request to join, kept for a while after it was answered: its author reads why.

    `answers` are pairs of a question and what the person answered. One request of a person to a
    group is open at a time, with a membership in the state `requested`.
    """

    __tablename__ = "join_request"
    __table_args__ = (
        enum_check("state", RequestState),
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed_at"),
        Index(
            "ix_join_request_open",
            "group_id",
            "member_id",
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_join_request_of_member", "member_id", "group_id", "id"),
        Index("ix_join_request_of_group", "group_id"),
        Index(
            "ix_join_request_closed_at",
            "closed_at",
            postgresql_where=text("closed_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    state: Mapped[RequestState] = mapped_column(
        default=RequestState.OPEN, server_default=RequestState.OPEN.value
    )
    answers: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("member.id", ondelete="SET NULL"), index=True
    )
    # What the moderator wrote to the person who was refused.
    reason: Mapped[str] = mapped_column(default="", server_default="")

    group: Mapped[Group] = relationship()
    member: Mapped[Member] = relationship(foreign_keys=[member_id])

    @property
    def is_open(self) -> bool:
        """Return whether a moderator has yet to answer."""
        return self.state is RequestState.OPEN


class RequestMessage(Model):
    """What the person or a moderator wrote about a request."""

    __tablename__ = "join_request_message"
    __table_args__ = (CheckConstraint(f"char_length(body) <= {LONGEST_MESSAGE}", name="body"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(
        ForeignKey("join_request.id", ondelete="CASCADE"), index=True
    )
    author_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    body: Mapped[str]
    created_at: Mapped[datetime]

    author: Mapped[Member] = relationship()
