"""Régions, départements and communes: loading those of this version's file."""

from collections import Counter
from collections.abc import Iterator, Sequence

from sqlalchemy import text

from grandequipe.extensions import db
from grandequipe.taxonomies.queries import search_key

# In the file's order: code, kind, name, parent's code, number of the département.
Row = tuple[str, str, str, str | None, str | None]
Line = tuple[str, str, str, str, str, str | None]

LEVELS = {"region": "région", "department": "département"}


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
