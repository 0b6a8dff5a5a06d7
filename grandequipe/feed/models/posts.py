"""What all six kinds of posts share, in one table."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Table
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from grandequipe.core.languages import IS_TAG
from grandequipe.extensions import Model, enum_check
from grandequipe.groups.models import Group
from grandequipe.members.models import Member
from grandequipe.taxonomies.models import Territory, Theme


class Kind(StrEnum):
    """The six kinds of posts."""

    NEWS = "news"
    RESOURCE = "resource"
    WEBINAR = "webinar"
    ANALYSIS = "analysis"
    PROJECT = "project"
    CALL = "call"


class PostStatus(StrEnum):
    """Where a post stands: waiting for a moderator, read by all, refused, or taken away."""

    PENDING = "pending"
    PUBLISHED = "published"
    REFUSED = "refused"
    REMOVED = "removed"


post_theme = Table(
    "post_theme",
    Model.metadata,
    Column("post_id", ForeignKey("post.id", ondelete="CASCADE"), primary_key=True),
    Column("theme_id", ForeignKey("theme.id", ondelete="CASCADE"), primary_key=True, index=True),
)

post_territory = Table(
    "post_territory",
    Model.metadata,
    Column("post_id", ForeignKey("post.id", ondelete="CASCADE"), primary_key=True),
    Column("territory_code", ForeignKey("territory.code"), primary_key=True, index=True),
)


class Post(Model):
    """Something that a member tells a group; `version` moves with everything a card shows."""

    __tablename__ = "post"
    # All kinds' columns come with the row: a list of mixed kinds is one query, not one a post.
    __mapper_args__ = {
        "polymorphic_on": "kind",
        "polymorphic_abstract": True,
        "with_polymorphic": "*",
    }
    __table_args__ = (
        Index("ix_post_group_published", "group_id", "status", "published_at", "id"),
        Index("ix_post_published", "published_at", "id"),
        enum_check("status", PostStatus),
        CheckConstraint("(status = 'refused') = (refusal IS NOT NULL)", name="refusal"),
        CheckConstraint(IS_TAG.format(column="language"), name="language"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    kind: Mapped[Kind]
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    author_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    title: Mapped[str]
    body_html: Mapped[str] = mapped_column(deferred=True, deferred_raiseload=False)
    summary: Mapped[str]
    language: Mapped[str | None]
    url: Mapped[str | None]
    status: Mapped[PostStatus]
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    edited_at: Mapped[datetime | None]
    refusal: Mapped[str | None] = mapped_column(deferred=True, deferred_raiseload=False)
    version: Mapped[int] = mapped_column(default=1)
    comment_count: Mapped[int] = mapped_column(default=0)
    reaction_counts: Mapped[dict[str, Any]] = mapped_column(default=dict)

    group: Mapped[Group] = relationship(lazy="joined", innerjoin=True)
    author: Mapped[Member] = relationship(lazy="joined", innerjoin=True)
    themes: Mapped[list[Theme]] = relationship(
        secondary=post_theme, lazy="selectin", order_by=Theme.rank
    )
    territories: Mapped[list[Territory]] = relationship(
        secondary=post_territory, lazy="selectin", order_by=Territory.name
    )

    # Asked with the whole post (`get_post`): its page looks for a proposal where there is one.
    has_proposal: Mapped[bool | None] = query_expression()

    @property
    def text_version(self) -> str:
        """Name what the author wrote as it stands: comments and reactions leave it as it is."""
        return str(self.edited_at.timestamp()) if self.edited_at else "0"

    @property
    def is_published(self) -> bool:
        """Tell whether the group reads it."""
        return self.status is PostStatus.PUBLISHED

    @property
    def is_refused(self) -> bool:
        """Tell whether a moderator did not publish it; `refusal` says why, to its author."""
        return self.status is PostStatus.REFUSED

    @property
    def is_pending(self) -> bool:
        """Tell whether it waits for a moderator."""
        return self.status is PostStatus.PENDING
