"""Collections: posts in an order that somebody chose, with a title, a description and notes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from flask_babel import lazy_gettext as _l
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grandequipe.core.errors import Invalid
from grandequipe.core.text_validation import length_error, line_error, text_error
from grandequipe.extensions import Model, enum_check, minimum_check
from grandequipe.groups.models import Group
from grandequipe.members.models import Member

LONGEST_TITLE, LONGEST_DESCRIPTION, LONGEST_NOTE = 120, 2000, 500
# Of one collection; of one member or group; that one member follows.
MOST_ITEMS, MOST_COLLECTIONS, MOST_FOLLOWS = 100, 100, 200


class Audience(StrEnum):
    """The readers of a member's collection: themselves, all members, everyone."""

    PRIVATE = "private"
    MEMBERS = "members"
    EVERYONE = "everyone"


AUDIENCES: Mapping[Audience, str] = MappingProxyType(
    {
        Audience.PRIVATE: _l("Only me"),
        Audience.MEMBERS: _l("All members of the site"),
        Audience.EVERYONE: _l("Everyone, even without an account"),
    }
)


class Collection(Model):
    """A collection of a member, for an audience; or of a group, for those who read the group.

    It goes with the account or the group that it belongs to.
    """

    __tablename__ = "collection"
    __table_args__ = (
        enum_check("audience", Audience),
        CheckConstraint("num_nonnulls(owner_id, group_id) = 1", name="one"),
        CheckConstraint("(owner_id IS NULL) = (audience IS NULL)", name="audience_of_member"),
        CheckConstraint(f"char_length(title) BETWEEN 1 AND {LONGEST_TITLE}", name="title"),
        CheckConstraint(f"char_length(description) <= {LONGEST_DESCRIPTION}", name="description"),
        Index("ix_collection_newest", "changed_at", "id"),
        Index("ix_collection_owner_id", "owner_id", postgresql_where=text("owner_id IS NOT NULL")),
        Index("ix_collection_group_id", "group_id", postgresql_where=text("group_id IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="", server_default="")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    audience: Mapped[Audience | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    owner: Mapped[Member | None] = relationship(lazy="joined")
    group: Mapped[Group | None] = relationship(lazy="joined")


class CollectionItem(Model):
    """A post in a collection, at its place, with a note of who added it; it goes with the post."""

    __tablename__ = "collection_item"
    __table_args__ = (
        minimum_check("position"),
        CheckConstraint(f"char_length(note) <= {LONGEST_NOTE}", name="note"),
        Index(
            "ix_collection_item_added_by_id",
            "added_by_id",
            postgresql_where=text("added_by_id IS NOT NULL"),
        ),
    )

    collection_id: Mapped[int] = mapped_column(
        ForeignKey("collection.id", ondelete="CASCADE"), primary_key=True
    )
    post_id: Mapped[int] = mapped_column(
        ForeignKey("post.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position: Mapped[int]
    note: Mapped[str] = mapped_column(default="", server_default="")
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    added_at: Mapped[datetime]


class CollectionFollow(Model):
    """A member who is notified of what a collection gets; it goes with either of them."""

    __tablename__ = "collection_follow"

    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    collection_id: Mapped[int] = mapped_column(
        ForeignKey("collection.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    since: Mapped[datetime]


@dataclass(frozen=True)
class CollectionInput:
    """What somebody writes of a collection; `audience` counts for one of a member alone."""

    title: str
    description: str = ""
    audience: Audience = Audience.PRIVATE

    def validate(self) -> None:
        """Raise Invalid that names each wrong field."""
        wrong = {
            "title": (None if self.title else str(_l("Give it a title.")))
            or length_error(self.title, LONGEST_TITLE)
            or line_error(self.title),
            "description": length_error(self.description, LONGEST_DESCRIPTION)
            or text_error(self.description),
        }
        if errors := {name: sentence for name, sentence in wrong.items() if sentence}:
            raise Invalid(errors)
