"""What all six kinds of posts share, in one table."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Table, and_, text
from sqlalchemy.orm import Mapped, foreign, mapped_column, query_expression, relationship

from grandequipe.attachments.models import File, FileClaim
from grandequipe.core.languages import IS_TAG
from grandequipe.extensions import Model, enum_check, minimum_check
from grandequipe.feed.models.kind_registry import Kind
from grandequipe.groups.models import Group
from grandequipe.members.models import Member, Organisation
from grandequipe.taxonomies.models import Territory, Theme

if TYPE_CHECKING:
    from grandequipe.feed.models.counters import PostCounters
    from grandequipe.feed.models.placements import Placement


# What a file of a post belongs to, and one of a change that waits: types, with the id of the post;
# and one of a comment, with its own.
# Where the pictures are stored that other sites show of posts, by id.
CARDS = "cards"
POST_SUBJECT = "post"
PROPOSAL_SUBJECT = "proposal"
COMMENT_SUBJECT = "comment"

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
    """What a member wrote; `version` moves with each change of it.

    Where it is read is said by its placements, and what others said of it by its counters.
    """

    __tablename__ = "post"
    # All kinds' columns come with the row: a list of mixed kinds is one query, not one a post.
    __mapper_args__ = {
        "polymorphic_on": "kind",
        "polymorphic_abstract": True,
        "with_polymorphic": "*",
    }
    __table_args__ = (
        CheckConstraint(IS_TAG.format(column="language"), name="language"),
        enum_check("kind", Kind),
        minimum_check("version", 1),
        Index(
            "ix_post_locked_by_id",
            "locked_by_id",
            postgresql_where=text("locked_by_id IS NOT NULL"),
        ),
        Index(
            "ix_post_organisation_id",
            "organisation_id",
            postgresql_where=text("organisation_id IS NOT NULL"),
        ),
        CheckConstraint("locked_by_id IS NULL OR locked_at IS NOT NULL", name="locked_at"),
    )

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
    # Since when nobody comments any more, by which moderator's decision.
    locked_at: Mapped[datetime | None]
    locked_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))

    # In whose name it is written, where that is not the author's own; it stays when they may write
    # in that name no longer.
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))

    organisation: Mapped[Organisation | None] = relationship(
        foreign_keys=[organisation_id], lazy="joined"
    )
    author: Mapped[Member] = relationship(foreign_keys=[author_id], lazy="joined", innerjoin=True)
    placements: Mapped[list["Placement"]] = relationship(
        back_populates="post", lazy="selectin", order_by="Placement.id"
    )
    themes: Mapped[list[Theme]] = relationship(
        secondary=post_theme, lazy="selectin", order_by=Theme.rank
    )
    territories: Mapped[list[Territory]] = relationship(
        secondary=post_territory, lazy="selectin", order_by=Territory.name
    )

    counters: Mapped["PostCounters | None"] = relationship(lazy="joined", viewonly=True)
    # Written by `attachments.services.claim_files`; asked by pages that show a whole post.
    files: Mapped[list[File]] = relationship(
        secondary=FileClaim.__table__,
        primaryjoin=lambda: and_(
            Post.id == foreign(FileClaim.subject_id), FileClaim.subject_type == POST_SUBJECT
        ),
        secondaryjoin=lambda: File.id == foreign(FileClaim.file_id),
        order_by=FileClaim.position,
        viewonly=True,
    )

    # Asked with the whole post (`get_post`): its page looks for a proposal where there is one.
    has_proposal: Mapped[bool | None] = query_expression()
    has_files: Mapped[bool | None] = query_expression()
    has_links: Mapped[bool | None] = query_expression()
    has_held_comments: Mapped[bool | None] = query_expression()

    @property
    def comment_count(self) -> int:
        """Count the comments under it, those that were removed apart."""
        return self.counters.comment_count if self.counters else 0

    @property
    def reaction_counts(self) -> Mapping[str, int]:
        """Count the reactions to it, by the name of each that was made."""
        return self.counters.reaction_counts if self.counters else {}

    @property
    def is_locked(self) -> bool:
        """Return whether its comments are locked: they are read, and nobody adds one."""
        return self.locked_at is not None

    @property
    def text_version(self) -> str:
        """Name what the author wrote as it stands."""
        return str(self.edited_at.timestamp()) if self.edited_at else "0"

    @property
    def published(self) -> "list[Placement]":
        """List the placements in which it is published."""
        return [placement for placement in self.placements if placement.is_published]

    @property
    def is_published(self) -> bool:
        """Return whether a group reads it."""
        return bool(self.published)

    def placement_in(self, group: Group) -> "Placement | None":
        """Find its placement in a group, whatever the status."""
        return next((each for each in self.placements if each.group_id == group.id), None)
