"""Introductions of members to one another, and questions to those who may have done something."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grandequipe.extensions import Model


class Introduction(Model):
    """The people whom a member was introduced to in a month, such as "2026-12"; one a month."""

    __tablename__ = "introduction"
    __table_args__ = (
        UniqueConstraint("member_id", "period"),
        CheckConstraint("period ~ '^[0-9]{4}-[0-9]{2}$'", name="period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    period: Mapped[str]
    created_at: Mapped[datetime]


class IntroducedPerson(Model):
    """One of the people of an introduction."""

    __tablename__ = "introduced_person"

    introduction_id: Mapped[int] = mapped_column(
        ForeignKey("introduction.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class ExperienceQuestion(Model):
    """The author of a post asked once who has done this already."""

    __tablename__ = "experience_question"

    post_id: Mapped[int] = mapped_column(
        ForeignKey("post.id", ondelete="CASCADE"), primary_key=True
    )
    author_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    asked_at: Mapped[datetime]


class ExperienceRecipient(Model):
    """A member who is asked."""

    __tablename__ = "experience_recipient"

    post_id: Mapped[int] = mapped_column(
        ForeignKey("experience_question.post_id", ondelete="CASCADE"), primary_key=True
    )
    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, index=True
    )
