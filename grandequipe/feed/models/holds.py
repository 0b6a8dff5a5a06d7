"""What rules against spam hold for moderators, and the fingerprints of texts by which they count.

Neither names an author, and a fingerprint holds no words: they go by the clock.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grandequipe.extensions import Model, enum_check
from grandequipe.feed.models.comments import Comment
from grandequipe.feed.models.posts import Post
from grandequipe.groups.models import Group


class HoldReason(StrEnum):
    """More links than a new account may write, or what is written in many places in an hour."""

    LINKS = "links"
    REPEATED = "repeated"


class Hold(Model):
    """A post in a group, or a comment, that waits for a moderator by a rule against spam.

    A held post is pending there. A held comment is removed by nobody: `removed_at` without
    `removed_by_id`; `group_id` is the group in which its post was placed first. What is held for
    one repeated text or link has one `digest`, and is decided at once.
    """

    __tablename__ = "hold"
    __table_args__ = (
        enum_check("reason", HoldReason),
        CheckConstraint("(reason = 'repeated') = (digest IS NOT NULL)", name="digest"),
        Index("ix_hold_group_id", "group_id", "id"),
        Index(
            "uq_hold_post",
            "post_id",
            "group_id",
            unique=True,
            postgresql_where=text("comment_id IS NULL"),
        ),
        Index("ix_hold_post_id", "post_id"),
        Index(
            "uq_hold_comment_id",
            "comment_id",
            unique=True,
            postgresql_where=text("comment_id IS NOT NULL"),
        ),
        Index("ix_hold_digest", "digest", postgresql_where=text("digest IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"))
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"))
    reason: Mapped[HoldReason]
    digest: Mapped[int | None] = mapped_column(BigInteger)
    held_at: Mapped[datetime]

    group: Mapped[Group] = relationship()
    post: Mapped[Post] = relationship()
    comment: Mapped[Comment | None] = relationship()


class Fingerprint(Model):
    """The digest of a text, or of a link in it, and where it was written; kept for a day.

    A post is in a group, a comment (without `group_id`) under a post. No foreign keys: each text
    writes some rows, which go soon.
    """

    __tablename__ = "fingerprint"
    __table_args__ = (
        Index("ix_fingerprint_digest", "digest", "at"),
        Index("ix_fingerprint_at", "at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    digest: Mapped[int] = mapped_column(BigInteger)
    post_id: Mapped[int] = mapped_column(BigInteger)
    comment_id: Mapped[int | None] = mapped_column(BigInteger)
    group_id: Mapped[int | None] = mapped_column(BigInteger)
    at: Mapped[datetime]
