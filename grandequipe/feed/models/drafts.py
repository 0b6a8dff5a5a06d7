"""What a member writes and has not published, as typed, or will publish at an hour."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grandequipe.extensions import Model, enum_check, minimum_check
from grandequipe.feed.models.kind_registry import Kind
from grandequipe.groups.models import Group
from grandequipe.members.models import Member

# What a file of a draft belongs to: a type, with the id of the draft.
DRAFT_SUBJECT = "draft"
# Of one member; characters of what a list calls a draft by.
MOST_DRAFTS = 100
LONGEST_NAME = 160


class DraftState(StrEnum):
    """Being written, or waiting for the hour at which it is published."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"


class DraftFailure(StrEnum):
    """Why a draft was not published at its hour."""

    NOT_ALLOWED = "not_allowed"
    ENDED = "ended"
    INVALID = "invalid"


class Draft(Model):
    """The fields of a form as typed: {name: [values]}, bounded in length and not validated.

    `title` is what a list calls it by, "" where it has none. `key` is that of the form in which it
    was begun. `version` moves with each save; `writer` names the page that saved last, and `turn`
    orders what that page sent. `copy_of_id` is the draft that another device had changed
    meanwhile. `post_id` is the post that it would change. `time_zone` is the one in which its hours
    were typed. A deleted one is kept for a day (`deleted_at`).
    """

    __tablename__ = "draft"
    __table_args__ = (
        UniqueConstraint("author_id", "key"),
        Index("ix_draft_author", "author_id", "updated_at", "id"),
        Index("ix_draft_publish_at", "publish_at", postgresql_where=text("publish_at IS NOT NULL")),
        Index("ix_draft_deleted_at", "deleted_at", postgresql_where=text("deleted_at IS NOT NULL")),
        enum_check("kind", Kind),
        enum_check("state", DraftState),
        enum_check("failure", DraftFailure),
        minimum_check("version", 1),
        minimum_check("turn", 0),
        CheckConstraint("(state = 'scheduled') = (publish_at IS NOT NULL)", name="publish_at"),
        CheckConstraint("state = 'draft' OR deleted_at IS NULL", name="deleted_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    kind: Mapped[Kind]
    group_id: Mapped[int | None] = mapped_column(
        ForeignKey("group.id", ondelete="SET NULL"), index=True
    )
    post_id: Mapped[int | None] = mapped_column(
        ForeignKey("post.id", ondelete="CASCADE"), index=True
    )
    copy_of_id: Mapped[int | None] = mapped_column(
        ForeignKey("draft.id", ondelete="SET NULL"), index=True
    )
    key: Mapped[str]
    title: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    time_zone: Mapped[str]
    writer: Mapped[str | None]
    turn: Mapped[int] = mapped_column(default=0, server_default="0")
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    state: Mapped[DraftState] = mapped_column(default=DraftState.DRAFT)
    publish_at: Mapped[datetime | None]
    failure: Mapped[DraftFailure | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]

    author: Mapped[Member] = relationship()
    group: Mapped[Group | None] = relationship()

    @property
    def is_scheduled(self) -> bool:
        """Return whether it waits for its hour."""
        return self.state is DraftState.SCHEDULED

    @property
    def first_values(self) -> Mapping[str, str]:
        """Give the first value of each field."""
        return {name: values[0] for name, values in self.content.items() if values}


@dataclass(frozen=True, kw_only=True)
class DraftInput:
    """What a page or a program saves; `group_id` or `post_id` says what it is a draft of.

    `draft_id` and `version` are those that the writer started from, None for a new draft. `files`
    are ids in their order, None where they stay as they are.
    """

    kind: Kind
    key: str
    content: Mapping[str, Sequence[str]]
    files: Sequence[int] | None
    time_zone: str
    group_id: int | None = None
    post_id: int | None = None
    draft_id: int | None = None
    version: int | None = None
    writer: str | None = None
    turn: int = 0
