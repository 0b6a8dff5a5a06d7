"""Queries of themes and territories, by code or by text that people type."""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    ScalarSelect,
    Select,
    Subquery,
    case,
    func,
    literal,
    select,
)
from sqlalchemy.orm import aliased

from grandequipe.extensions import db
from grandequipe.taxonomies.models import (
    LocalizedName,
    Territory,
    TerritoryKind,
    TerritoryParent,
    Theme,
    ThemeFamily,
)

SUGGESTIONS = 12
SOCIAL_ECONOMY = {
    "fr": LocalizedName("Économie sociale et solidaire", "fr"),
    "en": LocalizedName("Social and solidarity economy", "en"),
}
# NFKD decomposes "é" but not œ and æ; a curly apostrophe separates words like a straight one.
SPELT_OUT = {ord("œ"): "oe", ord("æ"): "ae", ord("’"): " "}


def search_key(text: str) -> str:
    """Reduce a text to ASCII characters and digits, lower case, words separated by one space."""
    bare = unicodedata.normalize("NFKD", text.casefold().translate(SPELT_OUT))
    characters = "".join(char if char.isalnum() else " " for char in bare if char.isascii())
    return " ".join(characters.split())


def search_words(query: str) -> list[str]:
    """Split a search query into words of characters and digits; only Latin words lose accents."""
    plain = unicodedata.normalize("NFKC", query).casefold().split()
    return [part for word in plain for part in _search_words_of(word)]


def _search_words_of(word: str) -> list[str]:
    if search_key(word) and not _has_other_script(word):
        return search_key(word).split()
    chars = (char if char.isalnum() or _is_mark(char) else " " for char in word)
    return "".join(chars).split()


def _is_mark(char: str) -> bool:
    return unicodedata.category(char) in ("Mn", "Mc", "Cf")


def _has_other_script(word: str) -> bool:
    bare = unicodedata.normalize("NFKD", word.translate(SPELT_OUT))
    return any(char.isalnum() and not char.isascii() for char in bare)


def list_themes() -> Sequence[Theme]:
    """List all themes in the order of the nomenclature."""
    return db.session.scalars(select(Theme).order_by(Theme.family, Theme.rank)).all()


def list_themes_by_heading(locale: str) -> dict[LocalizedName, list[Theme]]:
    """List all themes by heading: their parent theme's name, or that of the ESS for its tags."""
    headings: dict[LocalizedName, list[Theme]] = {}
    for theme in list_themes():
        is_tag = theme.family is ThemeFamily.SOCIAL_ECONOMY
        heading = SOCIAL_ECONOMY[locale] if is_tag else (theme.parent or theme).named_in(locale)
        headings.setdefault(heading, []).append(theme)
    return headings


def find_themes(slugs: Iterable[str]) -> Sequence[Theme]:
    """Find the themes with these slugs; unknown slugs are left out."""
    return db.session.scalars(select(Theme).where(Theme.slug.in_(list(slugs)))).all()


def find_territories(names: Iterable[str]) -> Sequence[Territory]:
    """Find territories by code ("D93") or label ("Bagnolet (93)"); unknown names are left out."""
    # PostgreSQL refuses NUL in a parameter.
    valid = [name for name in names if "\x00" not in name]
    return db.session.scalars(
        select(Territory).where(Territory.code.in_(valid) | Territory.label.in_(valid))
    ).all()


def list_territories_like(typed: str) -> Sequence[Territory]:
    """List at most SUGGESTIONS territories that contain each typed word; prefix matches first.

    A QPV is found by its name, its communes and its code; former ones are not suggested.
    """
    key = search_key(typed)
    if not key:
        return []
    name = Territory.search_name
    starts = name.startswith(key, autoescape=True)
    together = name.contains(key, autoescape=True)
    words = (name.contains(word, autoescape=True) for word in key.split())
    wide_first = case({kind: rank for rank, kind in enumerate(TerritoryKind)}, value=Territory.kind)
    return db.session.scalars(
        select(Territory)
        .where(~Territory.is_former, *words)
        .order_by(
            starts.desc(), together.desc(), wide_first, func.length(Territory.name), Territory.name
        )
        .limit(SUGGESTIONS)
    ).all()


def list_above(territory: Territory) -> Sequence[Territory]:
    """List the territories that hold one, the nearest first: communes, départements, régions."""
    held = _held_by(Territory.code == territory.code)
    return db.session.scalars(
        select(Territory)
        .join(held, held.c.code == Territory.code)
        .where(Territory.code != territory.code)
        .group_by(Territory.code)
        .order_by(func.min(held.c.steps), Territory.search_name)
    ).all()


def select_within(code: str) -> Select[str]:
    """Select a territory's code and those of all that it holds."""
    held = select(Territory.code).where(Territory.code == code).cte("within", recursive=True)
    below = _parents("below")
    held = held.union(select(below.c.code).join(held, below.c.parent_code == held.c.code))
    return select(held.c.code)


def department_of(code: Any) -> ScalarSelect[str]:
    """Give the département of a territory by its code; NULL for a région. Of a QPV its first."""
    own, town = aliased(Territory), aliased(Territory)
    kinds = {
        TerritoryKind.DEPARTMENT: own.code,
        TerritoryKind.MUNICIPALITY: own.parent_code,
        TerritoryKind.NEIGHBOURHOOD: town.parent_code,
    }
    return (
        select(case(kinds, value=own.kind))
        .outerjoin(town, town.code == own.parent_code)
        .where(own.code == code)
        .scalar_subquery()
    )


def _held_by(condition: ColumnElement[bool]) -> CTE:
    """Give the codes of some territories and of those that hold them, with how many steps up."""
    first = select(Territory.code, literal(0).label("steps")).where(condition)
    walk = first.cte("held", recursive=True)
    above = _parents("above")
    return walk.union(
        select(above.c.parent_code, walk.c.steps + 1).join(walk, walk.c.code == above.c.code)
    )


def _parents(name: str) -> Subquery:
    """Give each territory with each of those that hold it directly."""
    return (
        select(Territory.code, Territory.parent_code)
        .where(Territory.parent_code.is_not(None))
        .union_all(select(TerritoryParent.territory_code, TerritoryParent.parent_code))
        .subquery(name)
    )
