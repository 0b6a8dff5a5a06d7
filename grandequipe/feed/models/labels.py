"""Labels of posts (themes, territories, organisations), and the members who follow them.

The key of a theme is T and its id, that of an organisation O and its id; that of a territory is its
code, which begins with R, D, C or Q. A post has the label of the organisation in whose name it is.
"""

from datetime import datetime
from typing import NamedTuple, Self

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from grandequipe.extensions import Model, enum_check
from grandequipe.feed.models.kind_registry import Kind
from grandequipe.members.models import Organisation
from grandequipe.taxonomies.models import LocalizedName, Territory, Theme

# Of one member: their home asks for the newest of each.
MOST_FOLLOWS = 50
KEY_OF_FOLLOW = "label = coalesce('T' || theme_id, territory_code, 'O' || organisation_id)"


class Label(NamedTuple):
    """A theme, a territory or an organisation, as pages name it and lead to it.

    `code` is a slug, a territory's code or an organisation's id.
    """

    key: str
    code: str
    name: str
    name_en: str | None = None

    @property
    def is_theme(self) -> bool:
        """Return whether it is a theme."""
        return self.key.startswith("T")

    @property
    def is_organisation(self) -> bool:
        """Return whether it is an organisation."""
        return self.key.startswith("O")

    def named_in(self, locale: str) -> LocalizedName:
        """Return the name for a reader's locale, as themes do."""
        if locale == "en" and self.name_en:
            return LocalizedName(self.name_en, "en")
        # A proper name is of no language that we know.
        return LocalizedName(self.name, "" if self.is_organisation else "fr")

    @classmethod
    def of(cls, named: Theme | Territory | Organisation) -> Self:
        """Look at a theme, a territory or an organisation."""
        if isinstance(named, Organisation):
            return cls(f"O{named.id}", str(named.id), named.name)
        if isinstance(named, Theme):
            return cls(f"T{named.id}", named.slug, named.name, named.name_en)
        return cls(named.code, named.code, named.label)


class PlacementLabel(Model):
    """A published placement under a label of its post, or under one that holds that label.

    Written by triggers of the database: a post about Bagnolet is listed under its département and
    its région too, one about a theme under the theme above it. One index gives the newest of each.
    """

    __tablename__ = "placement_label"
    __table_args__ = (
        Index("ix_placement_label_newest", "label", "published_at", "post_id"),
        Index("ix_placement_label_placement_id", "placement_id"),
        enum_check("kind", Kind),
    )

    label: Mapped[str] = mapped_column(primary_key=True)
    placement_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("placement.id", ondelete="CASCADE"), primary_key=True
    )
    post_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[Kind]
    published_at: Mapped[datetime]


class LabelFollow(Model):
    """A member who follows a theme, a territory or an organisation; it goes with their account."""

    __tablename__ = "label_follow"
    __table_args__ = (
        CheckConstraint("num_nonnulls(theme_id, territory_code, organisation_id) = 1", name="one"),
        CheckConstraint(KEY_OF_FOLLOW, name="label"),
        Index("ix_label_follow_theme_id", "theme_id"),
        Index("ix_label_follow_territory_code", "territory_code"),
        Index("ix_label_follow_organisation_id", "organisation_id"),
    )

    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    label: Mapped[str] = mapped_column(primary_key=True)
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id", ondelete="CASCADE"))
    territory_code: Mapped[str | None] = mapped_column(
        ForeignKey("territory.code", ondelete="CASCADE")
    )
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE")
    )
    followed_at: Mapped[datetime]
