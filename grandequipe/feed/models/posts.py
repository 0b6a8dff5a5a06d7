"""What all six kinds of posts share, in one table."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Table
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from grandequipe.core.languages import IS_TAG
from grandequipe.extensions import Model
from grandequipe.groups.models import Group
from grandequipe.members.models import Member
from grandequipe.taxonomies.models import Territory, Theme

if TYPE_CHECKING:
    from grandequipe.feed.models.placements import Placement, PlacementStatus


class Kind(StrEnum):
    """The six kinds of posts."""

    NEWS = "news"
    RESOURCE = "resource"
    WEBINAR = "webinar"
    ANALYSIS = "analysis"
    PROJECT = "project"
    CALL = "call"


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
    """What a member wrote; `version` moves with everything a card shows.

    Where it is read is said by its placements.
    """

    __tablename__ = "post"
    # All kinds' columns come with the row: a list of mixed kinds is one query, not one a post.
    __mapper_args__ = {
        "polymorphic_on": "kind",
        "polymorphic_abstract": True,
        "with_polymorphic": "*",
    }
    __table_args__ = (CheckConstraint(IS_TAG.format(column="language"), name="language"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    kind: Mapped[Kind]
    author_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    title: Mapped[str]
    body_html: Mapped[str] = mapped_column(deferred=True, deferred_raiseload=False)
    summary: Mapped[str]
    language: Mapped[str | None]
    url: Mapped[str | None]
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    comment_count: Mapped[int] = mapped_column(default=0)
    reaction_counts: Mapped[dict[str, Any]] = mapped_column(default=dict)

    author: Mapped[Member] = relationship(lazy="joined", innerjoin=True)
    placements: Mapped[list["Placement"]] = relationship(
        back_populates="post", lazy="selectin", order_by="Placement.id"
    )
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
    def placement(self) -> "Placement":
        """Give the post's placement."""
        return self.placements[0]

    @property
    def group(self) -> Group:
        """Give the group in which it is placed."""
        return self.placement.group

    @property
    def group_id(self) -> int:
        """Give the id of that group."""
        return self.placement.group_id

    @property
    def status(self) -> "PlacementStatus":
        """Give its status in the group."""
        return self.placement.status

    @property
    def published_at(self) -> datetime | None:
        """Give the instant since when the group reads it."""
        return self.placement.published_at

    @property
    def refusal(self) -> str | None:
        """Give the moderator's word to its author."""
        return self.placement.refusal

    @property
    def is_published(self) -> bool:
        """Tell whether the group reads it."""
        return self.placement.is_published

    @property
    def is_refused(self) -> bool:
        """Tell whether a moderator did not publish it; `refusal` says why, to its author."""
        return self.placement.is_refused

    @property
    def is_pending(self) -> bool:
        """Tell whether it waits for a moderator."""
        return self.placement.is_pending
