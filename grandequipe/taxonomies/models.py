"""Themes of the *politique de la ville* and territories of France."""

from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grandequipe.extensions import Model


class ThemeFamily(StrEnum):
    """Where a theme comes from: the State's nomenclature, or the tags of the ESS."""

    CITY_POLICY = "city_policy"
    SOCIAL_ECONOMY = "social_economy"


class Named(NamedTuple):
    """Words, and the language that they are in."""

    words: str
    language: str


class Theme(Model):
    """A subject that posts are filed under; its words are data, French ones and English ones.

    An operator may have reworded or added one: it has no English name then, and is read in French.
    """

    __tablename__ = "theme"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_en: Mapped[str | None]
    family: Mapped[ThemeFamily]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id"), index=True)
    rank: Mapped[int] = mapped_column(default=0)

    parent: Mapped["Theme | None"] = relationship(remote_side=[id])

    def named_in(self, locale: str) -> "Named":
        """Give its name for a reader, with the language that the name is in."""
        if locale == "en" and self.name_en:
            return Named(self.name_en, "en")
        return Named(self.name, "fr")


class TerritoryKind(StrEnum):
    """The levels of French territories that a post may be about."""

    REGION = "region"
    DEPARTMENT = "department"
    MUNICIPALITY = "municipality"


class Territory(Model):
    """A région, a département or a commune, by its official code with a letter before it."""

    __tablename__ = "territory"
    __table_args__ = (
        Index(
            "ix_territory_search",
            "search_name",
            postgresql_using="gin",
            postgresql_ops={"search_name": "gin_trgm_ops"},
        ),
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[TerritoryKind]
    name: Mapped[str]
    label: Mapped[str] = mapped_column(unique=True)
    search_name: Mapped[str]
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("territory.code"), index=True)
