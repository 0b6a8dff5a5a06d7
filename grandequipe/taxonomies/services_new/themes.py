"""Loading the taxonomies of this version, when an operator installs or upgrades the site, and the
themes that administrators name or add.

Guarantee: loading again changes nothing; a theme or territory that posts may reference is never
deleted, and no two territories ever have the same label.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert

from grandequipe.core.errors import Invalid
from grandequipe.core.links import address_words
from grandequipe.core.text_validation import length_error, line_error
from grandequipe.extensions import db
from grandequipe.taxonomies.models import Theme, ThemeFamily
from grandequipe.taxonomies.queries import search_key

LONGEST_THEME = 100
THEMES = Path(__file__).parent / "themes.json"
TERRITORIES = Path(__file__).parent / "data" / "territories.json"

# In the file's order: code, kind, name, parent's code, number of the département.
Row = tuple[str, str, str, str | None, str | None]
Line = tuple[str, str, str, str, str, str | None]

LEVELS = {"region": "région", "department": "département"}


def load_taxonomies() -> None:
    """Load the themes and territories of this version's files."""
    load_themes(json.loads(THEMES.read_text(encoding="utf-8")))
    load_territories(json.loads(TERRITORIES.read_text(encoding="utf-8")))


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


def load_territories(rows: Sequence[Row]) -> None:
    """Insert or update the territories of `rows`, parents first; none is deleted."""
    connection = db.session.connection()
    connection.execute(text(INCOMING))
    cursor = connection.connection.cursor()
    with cursor.copy("COPY incoming FROM STDIN") as copy:
        for line in _lines(rows):
            copy.write_row(line)
    for statement in (FREE_LABELS, UPSERT, "DROP TABLE incoming"):
        connection.execute(text(statement))


def _lines(rows: Sequence[Row]) -> Iterator[Line]:
    common = Counter(_label(row) for row in rows)
    for row in rows:
        code, kind, name, parent, department = row
        label = _label(row) if common[_label(row)] == 1 else _label(row, distinction=code)
        search_name = search_key(f"{name} {department or LEVELS[kind]}")
        yield code, kind, name, label, search_name, parent


def _label(row: Row, distinction: str = "") -> str:
    """Return the label, unique with the code as `distinction`: "Bagnolet (93)"."""
    _, kind, name, _, department = row
    level = LEVELS.get(kind) or department or ""
    return f"{name} ({', '.join(filter(None, (level, distinction)))})"


INCOMING = """
    CREATE TEMPORARY TABLE incoming (
        code text PRIMARY KEY, kind text, name text, label text, search_name text,
        parent_code text
    ) ON COMMIT DROP
"""

# A commune that got another code keeps its row; its label goes to the row of the new code.
FREE_LABELS = """
    UPDATE territory SET label = territory.label || ' · ' || territory.code
    FROM incoming
    WHERE incoming.label = territory.label AND incoming.code <> territory.code
"""

UPSERT = """
    INSERT INTO territory (code, kind, name, label, search_name, parent_code)
    SELECT code, kind, name, label, search_name, parent_code FROM incoming
    ON CONFLICT (code) DO UPDATE SET
        kind = excluded.kind, name = excluded.name, label = excluded.label,
        search_name = excluded.search_name, parent_code = excluded.parent_code
    WHERE (territory.kind, territory.name, territory.label, territory.search_name,
           territory.parent_code)
        IS DISTINCT FROM
          (excluded.kind, excluded.name, excluded.label, excluded.search_name,
           excluded.parent_code)
"""
