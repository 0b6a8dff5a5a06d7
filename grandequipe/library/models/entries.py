"""The entry of each resource in the library, and what a list of them is narrowed and sorted by."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from grandequipe.extensions import Model, enum_check, minimum_check
from grandequipe.feed.models import ResourceType


class LibraryEntry(Model):
    """What the library sorts and filters a resource by; triggers copy it from the post.

    `title_key` is the title without capitals, accents and the signs that it begins with.
    `use_count` says how many members said that they used it.

    `address` is where the resource is; it failed since `failed_since`, and is dead since
    `dead_since` once it failed twice, a week apart. `is_file_missing` says that the store lost one
    of its files. Both are checked from `check_after` on.
    """

    __tablename__ = "library_entry"
    __table_args__ = (
        enum_check("resource_type", ResourceType),
        minimum_check("use_count"),
        minimum_check("year", 1),
        Index("ix_library_entry_newest", "posted_at", "post_id"),
        Index("ix_library_entry_useful", "use_count", "post_id"),
        Index("ix_library_entry_title", "title_key", "post_id"),
        Index("ix_library_entry_publisher", text("lower(publisher)")),
        Index("ix_library_entry_licence", text("lower(licence)")),
        Index("ix_library_entry_year", "year"),
        Index("ix_library_entry_check_after", "check_after"),
        CheckConstraint("dead_since IS NULL OR failed_since IS NOT NULL", name="dead_since"),
    )

    post_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("post.id", ondelete="CASCADE"), primary_key=True
    )
    posted_at: Mapped[datetime]
    title_key: Mapped[str] = mapped_column(Text(collation="C"))
    resource_type: Mapped[ResourceType | None]
    publisher: Mapped[str | None]
    licence: Mapped[str | None]
    year: Mapped[int | None]
    language: Mapped[str | None]
    use_count: Mapped[int] = mapped_column(default=0, server_default="0")
    address: Mapped[str | None]
    check_after: Mapped[datetime | None]
    failed_since: Mapped[datetime | None]
    dead_since: Mapped[datetime | None]
    is_file_missing: Mapped[bool] = mapped_column(default=False, server_default=text("false"))


class Sort(StrEnum):
    """The orders of a list: the newest first, the most used first, by title."""

    NEWEST = "recentes"
    USEFUL = "utiles"
    TITLE = "titre"


class Facet(StrEnum):
    """What a list is narrowed by; the values are names of parameters in addresses."""

    TYPE = "type"
    THEME = "theme"
    TERRITORY = "territoire"
    GROUP = "groupe"
    LICENCE = "licence"
    PUBLISHER = "editeur"
    YEAR = "annee"
    LANGUAGE = "langue"


@dataclass(frozen=True)
class FacetValue:
    """A value that some of the listed resources have, and how many of these.

    `word` stands in addresses; `name` is as people wrote it, in `language` where that is known,
    `name_en` its English name where it has one.
    """

    facet: Facet
    word: str
    name: str
    name_en: str | None
    language: str | None
    count: int


@dataclass(frozen=True)
class LibraryFilter:
    """What to list: a value at most of each facet, by what the database knows it by.

    A theme and a territory are keys of labels, a group its id, a year its four digits. Resources
    of which the reader sees a newer version are left out, unless `has_replaced`.
    """

    values: Mapping[Facet, str]
    sort: Sort = Sort.NEWEST
    has_replaced: bool = False
