"""What a member asks the bell for about one post: to be silent, to follow it, to remind them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from grandequipe.extensions import Model, enum_check

LONGEST_REMINDER = 500


class ConversationChoice(StrEnum):
    """What of a conversation reaches a member, whatever they chose for its groups."""

    MUTED = "muted"
    FOLLOWED = "followed"


class ChosenConversation(Model):
    """A post whose conversation a member muted, or follows without having written in it."""

    __tablename__ = "chosen_conversation"
    __table_args__ = (
        enum_check("choice", ConversationChoice),
        Index("ix_chosen_conversation_newest", "member_id", "since", "post_id"),
    )

    member_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    post_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("post.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    choice: Mapped[ConversationChoice]
    since: Mapped[datetime]


class Reminder(Model):
    """When to remind a member of a post, with a note that nobody else reads.

    `notified_at` is when they were: the note is shown in the bell until the row is deleted.
    """

    __tablename__ = "reminder"
    __table_args__ = (
        CheckConstraint(f"char_length(note) <= {LONGEST_REMINDER}", name="note"),
        Index("ix_reminder_due", "due_at", postgresql_where=text("notified_at IS NULL")),
        Index(
            "ix_reminder_notified_at",
            "notified_at",
            postgresql_where=text("notified_at IS NOT NULL"),
        ),
    )

    member_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    post_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("post.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    note: Mapped[str] = mapped_column(server_default="")
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]
    notified_at: Mapped[datetime | None]
