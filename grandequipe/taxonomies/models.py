"""Themes of the *politique de la ville* and territories of France."""

from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grandequipe.extensions import Model, enum_check, minimum_check


class ThemeFamily(StrEnum):
    """The source of a theme: the State's nomenclature, or the tags of the ESS."""

    CITY_POLICY = "city_policy"
    SOCIAL_ECONOMY = "social_economy"


class LocalizedName(NamedTuple):
    """A name and the tag of its language."""

    text: str
    language: str


class Theme(Model):
    """A subject of posts; its French and English names are data, not messages of gettext.

    A theme that an operator renamed or added has no English name and is shown in French.
    """

    __tablename__ = "theme"
    __table_args__ = (enum_check("family", ThemeFamily), minimum_check("rank"))

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_en: Mapped[str | None]
    family: Mapped[ThemeFamily]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id"), index=True)
    rank: Mapped[int] = mapped_column(default=0)

    parent: Mapped["Theme | None"] = relationship(remote_side=[id])

    def named_in(self, locale: str) -> LocalizedName:
        """Return the name for a reader's locale, French where there is no English name."""
        if locale == "en" and self.name_en:
            return LocalizedName(self.name_en, "en")
        return LocalizedName(self.name, "fr")


class TerritoryKind(StrEnum):
    """The levels of French territories that a post may concern."""

    REGION = "region"
    DEPARTMENT = "department"
    MUNICIPALITY = "municipality"
    NEIGHBOURHOOD = "neighbourhood"


class Territory(Model):
    """A région, département, commune or QPV (*quartier prioritaire de la politique de la ville*).

    `code` is R, D or C and the official (INSEE) code, or that of a QPV, which begins with Q. A QPV
    that is no longer in the official list `is_former`.
    """

    __tablename__ = "territory"
    __table_args__ = (
        Index(
            "ix_territory_search",
            "search_name",
            postgresql_using="gin",
            postgresql_ops={"search_name": "gin_trgm_ops"},
        ),
        enum_check("kind", TerritoryKind),
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[TerritoryKind]
    name: Mapped[str]
    label: Mapped[str] = mapped_column(unique=True)
    search_name: Mapped[str]
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("territory.code"), index=True)
    is_former: Mapped[bool] = mapped_column(default=False, server_default=false())


class TerritoryParent(Model):
    """A further commune of a QPV that lies in several; the first is its `parent_code`."""

    __tablename__ = "territory_parent"
    __table_args__ = (Index("ix_territory_parent_parent_code", "parent_code"),)

    territory_code: Mapped[str] = mapped_column(
        ForeignKey("territory.code", ondelete="CASCADE"), primary_key=True
    )
    parent_code: Mapped[str] = mapped_column(
        ForeignKey("territory.code", ondelete="CASCADE"), primary_key=True
    )
