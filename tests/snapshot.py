"""A snapshot of the database at the start of a scene: restoring takes a tenth of making it."""

from sqlalchemy import delete, text

from grandequipe.core.events import Stream
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db

SEQUENCES = text("SELECT schemaname || '.' || sequencename, last_value FROM pg_sequences")
SET = text(
    "SELECT setval(CAST(name AS regclass), value)"
    " FROM unnest(CAST(:names AS text[]), CAST(:values AS bigint[])) AS kept(name, value)"
)


class Snapshot:
    """All rows of the database, and the values of its sequences."""

    def __init__(self) -> None:
        with atomic():
            tables = [table.name for table in db.metadata.sorted_tables]
            rows_by_table = {name: _read(name) for name in tables}
            self._rows = {name: rows for name, rows in rows_by_table.items() if rows}
            sequences = db.session.execute(SEQUENCES).all()
            self._sequences = {name: value for name, value in sequences if value is not None}

    def restore(self) -> None:
        """Restore everything into empty tables, and the site's stream, which is never missing."""
        with atomic():
            db.session.execute(delete(Stream))
            for name, rows in self._rows.items():
                _write(name, rows)
            names, values = list(self._sequences), list(self._sequences.values())
            db.session.execute(SET, {"names": names, "values": values})


def _read(table: str) -> bytes:
    every_row = f'COPY (SELECT * FROM "{table}") TO STDOUT'  # noqa: S608
    with _cursor() as cursor, cursor.copy(every_row) as copied:
        return b"".join(bytes(part) for part in copied)


def _write(table: str, rows: bytes) -> None:
    with _cursor() as cursor, cursor.copy(f'COPY "{table}" FROM STDIN') as copied:
        copied.write(rows)


def _cursor():  # type: ignore[no-untyped-def]
    return db.session.connection().connection.cursor()
