"""A snapshot of the database at the start of a scene: restoring takes a hundredth of making it.

Each scene begins with it, so emptying and restoring are one message to the server each.
"""

import psycopg
from psycopg import sql
from sqlalchemy import insert, text, update

from grandequipe.core import clock
from grandequipe.core.events import SITE, Stream
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.groups.models import Group

# TRUNCATE takes far longer than deleting a few dozen rows, and far less than deleting the thirty
# thousand territories of a demo.
TRUNCATE_LARGE = """
DO $$ DECLARE large text; BEGIN
  FOR large IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
    AND relkind = 'r' AND pg_relation_size(oid) > 500000
  LOOP EXECUTE format('TRUNCATE %I CASCADE', large); END LOOP;
END $$"""
# The triggers of the log refuse it to everybody but its owner.
EMPTY_MODERATION_LOG = """
DO $$ BEGIN
  IF EXISTS (SELECT FROM moderation_log) THEN
    ALTER TABLE moderation_log DISABLE TRIGGER USER;
    DELETE FROM moderation_log;
    ALTER TABLE moderation_log ENABLE TRIGGER USER;
  END IF;
END $$"""
RESET_SEQUENCES = """
SELECT setval(CAST(schemaname || '.' || sequencename AS regclass), 1, false)
FROM pg_sequences WHERE last_value IS NOT NULL"""
SEQUENCES = text(
    "SELECT schemaname || '.' || sequencename, last_value FROM pg_sequences"
    " WHERE last_value IS NOT NULL"
)
READ = sql.SQL("SELECT CAST(json_agg(t) AS text) FROM {table} AS t")
INSERT = sql.SQL("INSERT INTO {table} SELECT * FROM json_populate_recordset(NULL::{table}, {rows})")
SET = sql.SQL("SELECT setval({name}, {value})")


class Snapshot:
    """All rows of the database, and the values of its sequences."""

    def __init__(self) -> None:
        with atomic():
            # The site's stream is never missing.
            statements: list[sql.Composable] = [sql.SQL("DELETE FROM stream")]
            for table in db.metadata.sorted_tables:
                if table.info.get("is_derived"):
                    continue  # written by triggers with what it is derived from
                named = sql.Identifier(table.name)
                if rows := _read(named):
                    statements.append(INSERT.format(table=named, rows=rows))
            for name, value in db.session.execute(SEQUENCES):
                statements.append(SET.format(name=name, value=value))
            self._script = sql.SQL(";").join(statements).as_string(_connection())

    def restore(self) -> None:
        """Restore everything into empty tables.

        The groups' creation time, a part of the keys of stored pages, is another each time: no
        scene sees the pages of another.
        """
        with atomic():
            _run(self._script)
            db.session.execute(update(Group).values(created_at=clock.now()))


def empty_tables() -> None:
    """Delete all rows but the site's stream, and begin the sequences anew."""
    names = [table.name for table in reversed(db.metadata.sorted_tables)]
    deletes = [f'DELETE FROM "{name}"' for name in names]  # noqa: S608
    with atomic():
        _run(";".join([TRUNCATE_LARGE, EMPTY_MODERATION_LOG, *deletes, RESET_SEQUENCES]))
        db.session.execute(insert(Stream).values(id=SITE.id))


def _read(table: sql.Identifier) -> str | None:
    row = _connection().execute(READ.format(table=table)).fetchone()
    return str(row[0]) if row and row[0] else None


def _run(script: str) -> None:
    # Several statements are one message, which cannot be prepared.
    _connection().execute(script.encode(), prepare=False)


def _connection() -> psycopg.Connection:
    connection = db.session.connection().connection.driver_connection
    assert isinstance(connection, psycopg.Connection)
    return connection
