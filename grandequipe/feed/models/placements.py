"""A post in a group: its life there, which each group decides for itself."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    FetchedValue,
    ForeignKey,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grandequipe.extensions import Model, enum_check
from grandequipe.feed.models.kind_registry import Kind
from grandequipe.feed.models.posts import Post
from grandequipe.groups.models import Group

# For so long authors put back what they removed.
IN_BIN = timedelta(days=30)
# Of one post, those it was taken out of apart.
MOST_GROUPS = 20


class PlacementStatus(StrEnum):
    """Waiting for a moderator, read by the group, refused by a moderator, or taken away."""

    PENDING = "pending"
    PUBLISHED = "published"
    REFUSED = "refused"
    REMOVED = "removed"


class Placement(Model):
    """A post in a group: its status there, since when, and by whose decision.

    `kind` is the post's own, which never changes: a list of one kind is read from one index. So are
    the next dates of a group, by `starts_at` and `ends_at`, which triggers copy from the post:
    those of a webinar, and twice the deadline of a call and the date of news.
    `created_at` is when it was sent there. `refusal` is the moderator's word to the author, and
    `returned` says that it asks for changes: the post is theirs to go on with. A few
    are `pinned` on top of the group's page, and one is `featured`: a card larger than the others.
    Of a series of webinars lists show the date that is `listed`, and no other.
    """

    __tablename__ = "placement"
    __table_args__ = (
        UniqueConstraint("post_id", "group_id"),
        Index("ix_placement_group", "group_id", "status", "published_at", "post_id"),
        Index(
            "ix_placement_group_kind",
            "group_id",
            "kind",
            "published_at",
            "post_id",
            postgresql_where=text("status = 'published'"),
        ),
        Index(
            "ix_placement_coming",
            "group_id",
            "starts_at",
            "post_id",
            "ends_at",
            postgresql_where=text("status = 'published' AND starts_at IS NOT NULL"),
        ),
        Index(
            "ix_placement_dates",
            "starts_at",
            "post_id",
            "ends_at",
            "group_id",
            postgresql_where=text("status = 'published' AND starts_at IS NOT NULL"),
        ),
        Index(
            "ix_placement_decided_by_id",
            "decided_by_id",
            postgresql_where=text("decided_by_id IS NOT NULL"),
        ),
        enum_check("kind", Kind),
        enum_check("status", PlacementStatus),
        CheckConstraint("(status = 'refused') = (refusal IS NOT NULL)", name="refusal"),
        CheckConstraint("status <> 'published' OR published_at IS NOT NULL", name="published_at"),
        CheckConstraint("decided_by_id IS NULL OR decided_at IS NOT NULL", name="decided_at"),
        CheckConstraint("NOT returned OR status = 'refused'", name="returned"),
        CheckConstraint("NOT pinned OR status = 'published'", name="pinned"),
        CheckConstraint("NOT featured OR status = 'published'", name="featured"),
        Index("ix_placement_pinned", "group_id", postgresql_where=text("pinned")),
        Index("uq_placement_featured", "group_id", unique=True, postgresql_where=text("featured")),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"))
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    kind: Mapped[Kind]
    status: Mapped[PlacementStatus]
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None]
    refusal: Mapped[str | None]
    returned: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    pinned: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    featured: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    listed: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    starts_at: Mapped[datetime | None] = mapped_column(FetchedValue(), deferred=True)
    ends_at: Mapped[datetime | None] = mapped_column(FetchedValue(), deferred=True)

    post: Mapped[Post] = relationship(back_populates="placements")
    group: Mapped[Group] = relationship(lazy="joined", innerjoin=True)

    @property
    def is_published(self) -> bool:
        """Return whether the group reads it."""
        return self.status is PlacementStatus.PUBLISHED

    @property
    def is_pending(self) -> bool:
        """Return whether it waits for a moderator of the group."""
        return self.status is PlacementStatus.PENDING

    @property
    def is_removed(self) -> bool:
        """Return whether it was taken out of the group."""
        return self.status is PlacementStatus.REMOVED

    @property
    def is_refused(self) -> bool:
        """Return whether a moderator of the group did not publish it."""
        return self.status is PlacementStatus.REFUSED
