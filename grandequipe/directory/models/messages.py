"""Messages between members, of which only who wrote to whom is kept, and who blocks whom."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grandequipe.extensions import Model
from grandequipe.members.models import Member


class Message(Model):
    """A message that left by mail; its words are in the mails alone.

    `answers_id` is the message that it answers.
    """

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_sender_id", "sender_id", "created_at"),
        Index("ix_message_recipient_id", "recipient_id", "created_at"),
        Index(
            "ix_message_answers_id", "answers_id", postgresql_where=text("answers_id IS NOT NULL")
        ),
        CheckConstraint("sender_id <> recipient_id", name="two_people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sender_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    recipient_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    answers_id: Mapped[int | None] = mapped_column(ForeignKey("message.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]


class MessageBlock(Model):
    """A member who gets no messages of another one any more, without the other being informed."""

    __tablename__ = "message_block"
    __table_args__ = (CheckConstraint("member_id <> blocked_id", name="two_people"),)

    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    blocked_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    since: Mapped[datetime]

    blocked: Mapped[Member] = relationship(foreign_keys=[blocked_id])
