"""What a group says to those who join it: its charter, its welcome, its questions."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grandequipe.extensions import Model, minimum_check
from grandequipe.members.models import Member

LONGEST_CHARTER = 20_000
LONGEST_WELCOME = 5000
LONGEST_QUESTION = 200
MOST_QUESTIONS = 5


class MailContent(StrEnum):
    """What mails show of the posts of a group: their titles and the words under them, or less."""

    WHOLE = "whole"
    TITLES = "titles"


class Charter(Model):
    """A version of a group's rules, never changed; `Group.charter_version` says which holds."""

    __tablename__ = "group_charter"
    __table_args__ = (UniqueConstraint("group_id", "version"), minimum_check("version", 1))

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    version: Mapped[int]
    body_html: Mapped[str]
    language: Mapped[str | None]
    published_at: Mapped[datetime]
    published_by_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)

    published_by: Mapped[Member] = relationship()


class Welcome(Model):
    """What a group sends to those who join it, and asks those who want to."""

    __tablename__ = "group_welcome"
    __table_args__ = (
        CheckConstraint(f"cardinality(questions) <= {MOST_QUESTIONS}", name="questions"),
    )

    group_id: Mapped[int] = mapped_column(
        ForeignKey("group.id", ondelete="CASCADE"), primary_key=True
    )
    body_html: Mapped[str] = mapped_column(default="", server_default="")
    language: Mapped[str | None]
    questions: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
