"""What members say under a post."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, and_, text
from sqlalchemy.orm import Mapped, foreign, mapped_column, query_expression, relationship

from grandequipe.attachments.models import File, FileClaim
from grandequipe.core.languages import IS_TAG
from grandequipe.extensions import Model, enum_check, minimum_check
from grandequipe.feed.models.posts import COMMENT_SUBJECT, Post
from grandequipe.members.models import Member

if TYPE_CHECKING:
    from grandequipe.feed.models.counters import CommentCounters


class CommentStatus(StrEnum):
    """Whether readers see a comment; a rule against spam has a pending one wait for a moderator."""

    PUBLISHED = "published"
    PENDING = "pending"
    REMOVED = "removed"


class Comment(Model):
    """An answer to a post or to another comment; a removed one keeps its place in the thread.

    `version` moves with each change of its text, `removed_by_id` is None where that is not known.

    `first_id` is the comment that began the thread of an answer, however deep it stands: the
    database finds it when the answer is written (migration 0006).
    """

    __tablename__ = "comment"
    __table_args__ = (
        Index("ix_comment_post", "post_id", "created_at", "id"),
        Index(
            "ix_comment_thread",
            "first_id",
            "created_at",
            "id",
            postgresql_where=text("first_id IS NOT NULL"),
        ),
        Index(
            "ix_comment_reply_to_id",
            "reply_to_id",
            postgresql_where=text("reply_to_id IS NOT NULL"),
        ),
        Index(
            "ix_comment_removed_by_id",
            "removed_by_id",
            "removed_at",
            postgresql_where=text("removed_by_id IS NOT NULL"),
        ),
        CheckConstraint(IS_TAG.format(column="language"), name="language"),
        CheckConstraint("removed_by_id IS NULL OR removed_at IS NOT NULL", name="removed_at"),
        minimum_check("version", 1),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"))
    author_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    reply_to_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"))
    first_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"))
    body_html: Mapped[str]
    language: Mapped[str | None]
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    removed_at: Mapped[datetime | None]
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))

    post: Mapped[Post] = relationship(innerjoin=True)
    author: Mapped[Member] = relationship(foreign_keys=[author_id], lazy="joined", innerjoin=True)
    reply_to: Mapped["Comment | None"] = relationship(foreign_keys=[reply_to_id], remote_side=[id])
    # Written by `attachments.services.claim_files`; loaded by `queries.comments.load_files`.
    files: Mapped[list[File]] = relationship(
        secondary=FileClaim.__table__,
        primaryjoin=lambda: and_(
            Comment.id == foreign(FileClaim.subject_id), FileClaim.subject_type == COMMENT_SUBJECT
        ),
        secondaryjoin=lambda: File.id == foreign(FileClaim.file_id),
        order_by=FileClaim.position,
        viewonly=True,
    )

    counters: Mapped["CommentCounters | None"] = relationship(viewonly=True)
    # Asked with the comments of a page: the reader's own, None where nobody asked.
    my_reactions: Mapped[list["ReactionName"] | None] = query_expression()
    # Asked with the comments of a page: their files are read where one has some.
    has_files: Mapped[bool | None] = query_expression()
    # Asked where its author may see it, or was just decided: it waits for a moderator.
    is_held: Mapped[bool | None] = query_expression()

    @property
    def reaction_counts(self) -> Mapping[str, int]:
        """Count the reactions to it, by the name of each that was made."""
        return self.counters.reaction_counts if self.counters else {}

    @property
    def is_removed(self) -> bool:
        """Return whether its author or a moderator took it away, or it waits for a moderator."""
        return self.removed_at is not None

    @property
    def status(self) -> CommentStatus:
        """Give whether a comment is read, waits (where `is_held` was asked) or was removed."""
        if not self.is_removed:
            return CommentStatus.PUBLISHED
        return CommentStatus.PENDING if self.is_held else CommentStatus.REMOVED


class ReactionName(StrEnum):
    """The reactions that a member can give with one press."""

    THANKS = "thanks"
    USEFUL = "useful"
    INSPIRING = "inspiring"
    SUPPORT = "support"


class Reaction(Model):
    """One member's one word about one post; a member may say several."""

    __tablename__ = "reaction"
    __table_args__ = (enum_check("name", ReactionName),)

    post_id: Mapped[int] = mapped_column(
        ForeignKey("post.id", ondelete="CASCADE"), primary_key=True
    )
    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    name: Mapped[ReactionName] = mapped_column(primary_key=True)


class CommentReaction(Model):
    """One member's one word about one comment; a member may say several."""

    __tablename__ = "comment_reaction"
    __table_args__ = (enum_check("name", ReactionName),)

    comment_id: Mapped[int] = mapped_column(
        ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True
    )
    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    name: Mapped[ReactionName] = mapped_column(primary_key=True)
