"""What posts and comments said before: one row for each version that was written."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grandequipe.extensions import Model, minimum_check
from grandequipe.members.models import Member


class PostVersion(Model):
    """What a post said from `at` on; the first edit also keeps the version before it.

    `content` has the fields of a PostInput (`write_input`) and the names of its files; it is None
    where a moderator erased it, who is `hidden_by_id`. `actor_id` is who wrote it, None where that
    is not known.
    """

    __tablename__ = "post_version"
    __table_args__ = (
        minimum_check("version", 1),
        CheckConstraint("(content IS NULL) = (hidden_at IS NOT NULL)", name="hidden"),
        Index(
            "ix_post_version_actor_id", "actor_id", postgresql_where=text("actor_id IS NOT NULL")
        ),
        Index(
            "ix_post_version_hidden_by_id",
            "hidden_by_id",
            postgresql_where=text("hidden_by_id IS NOT NULL"),
        ),
    )

    post_id: Mapped[int] = mapped_column(
        ForeignKey("post.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    minor: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    content: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB(none_as_null=True), deferred=True, deferred_raiseload=False
    )
    hidden_at: Mapped[datetime | None]
    hidden_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))

    actor: Mapped[Member | None] = relationship(foreign_keys=[actor_id], lazy="joined")

    @property
    def is_hidden(self) -> bool:
        """Return whether a moderator erased what it said."""
        return self.hidden_at is not None


class CommentVersion(Model):
    """What a comment said from `at` on, until its author changed it: for moderators."""

    __tablename__ = "comment_version"
    __table_args__ = (minimum_check("version", 1),)

    comment_id: Mapped[int] = mapped_column(
        ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[datetime]
    body_html: Mapped[str]
    language: Mapped[str | None]
