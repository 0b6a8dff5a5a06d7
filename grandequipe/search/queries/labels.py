"""Themes and territories by what was typed: they are few, everybody sees them, none is indexed."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from sqlalchemy import Row, select

from grandequipe.extensions import db
from grandequipe.feed.models import Label
from grandequipe.taxonomies.models import Theme
from grandequipe.taxonomies.queries import list_territories_like, search_key

MOST_LABELS = 12


class LabelFound(NamedTuple):
    """A theme or a territory that bears the words."""

    label: Label
    is_exact: bool


def list_labels(typed: str, limit: int = MOST_LABELS) -> Sequence[LabelFound]:
    """List the themes, and then the territories, that have all the words; those named so first."""
    return [*list_themes_like(typed, limit), *list_territories_named(typed, limit)][:limit]


def list_themes_like(typed: str, limit: int = MOST_LABELS) -> Sequence[LabelFound]:
    """List the themes whose French or English name has all the words, or their beginnings."""
    words = search_key(typed).split()
    if not words:
        return []
    every = [Label(f"T{row.id}", row.slug, row.name, row.name_en) for row in _list_themes()]
    found = [label for label in every if any(map(partial(_has, words), _names(label)))]
    key = " ".join(words)
    themes = [LabelFound(each, key in map(search_key, _names(each))) for each in found]
    return sorted(themes, key=lambda each: not each.is_exact)[:limit]


def list_territories_named(typed: str, limit: int = MOST_LABELS) -> Sequence[LabelFound]:
    """List the territories whose name contains the words as typed; wide ones first."""
    key = search_key(typed)
    labels = [(Label.of(each), search_key(each.name)) for each in list_territories_like(key)]
    return [LabelFound(label, name == key) for label, name in labels][:limit]


def _list_themes() -> Sequence[Row[int, str, str, str | None]]:
    query = select(Theme.id, Theme.slug, Theme.name, Theme.name_en)
    return db.session.execute(query.order_by(Theme.family, Theme.rank)).all()


def _names(theme: Label) -> list[str]:
    return [name for name in (theme.name, theme.name_en) if name]


def _has(words: Sequence[str], name: str) -> bool:
    own = search_key(name).split()
    return all(any(word.startswith(each) for word in own) for each in words)
