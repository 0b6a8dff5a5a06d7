"""Themes: loading those of this version, and those that administrators name or add."""

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from grandequipe.core.errors import Invalid
from grandequipe.core.links import address_words
from grandequipe.core.text_validation import length_error, line_error
from grandequipe.extensions import db
from grandequipe.taxonomies.models import Theme, ThemeFamily

LONGEST_THEME = 100


def load_themes(nomenclature: dict[str, list[dict[str, Any]]]) -> None:
    """Add the new themes in the file's order; `nomenclature` maps each family to its themes.

    An existing theme gets its English name only if its French name is the file's: an operator who
    renamed it may have given it another meaning.
    """
    for family in ThemeFamily:
        _add_themes(nomenclature[family.value], family, count(), parent_id=None)


def _add_themes(
    themes: Iterable[dict[str, Any]],
    family: ThemeFamily,
    ranks: Iterator[int],
    parent_id: int | None,
) -> None:
    for theme in themes:
        own_id = _add_theme(
            slug=theme["slug"], name=theme["name"], name_en=theme.get("name_en"),
            family=family, rank=next(ranks), parent_id=parent_id,
        )  # fmt: skip
        _add_themes(theme.get("themes", ()), family, ranks, own_id)


def _add_theme(**values: Any) -> int | None:
    added = insert(Theme).values(**values)
    known = added.on_conflict_do_update(
        index_elements=[Theme.slug],
        set_={"name_en": added.excluded.name_en},
        where=(Theme.name == added.excluded.name) & Theme.name_en.is_(None),
    )
    db.session.execute(known)
    return db.session.scalar(select(Theme.id).where(Theme.slug == values["slug"]))


def name_theme(theme: Theme, name: str, name_en: str) -> None:
    """Give a theme other names; the file of a later version leaves them as they are.

    Raises Invalid with the error of each field.
    """
    _check_names(name, name_en)
    theme.name, theme.name_en = name, name_en or None
    db.session.flush()


def add_theme(parent: Theme | None, name: str, name_en: str) -> Theme:
    """Add a theme below another, or among the tags of the ESS without one, as the last.

    Raises Invalid with the error of each field, also where its address is taken.
    """
    _check_names(name, name_en)
    family = parent.family if parent else ThemeFamily.SOCIAL_ECONOMY
    slug = address_words(name)
    if not slug or db.session.scalar(select(Theme.id).where(Theme.slug == slug)):
        raise Invalid({"name": str(_("There is a theme of this name already."))})
    last = select(func.max(Theme.rank)).where(Theme.family == family)
    theme = Theme(
        slug=slug,
        name=name,
        name_en=name_en or None,
        family=family,
        parent_id=parent.id if parent else None,
        rank=(db.session.scalar(last) or 0) + 1,
    )
    db.session.add(theme)
    db.session.flush()
    return theme


def _check_names(name: str, name_en: str) -> None:
    errors = {}
    for field, typed in (("name", name), ("name_en", name_en)):
        if error := length_error(typed, LONGEST_THEME) or line_error(typed):
            errors[field] = error
    if not name:
        errors["name"] = str(_("Give it a name."))
    if errors:
        raise Invalid(errors)
