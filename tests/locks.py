"""Locks that block other processes, where a scene chooses."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from grandequipe.extensions import db


@contextmanager
def held_up(table: str, *, readers: bool = False) -> Iterator[None]:
    """Lock a table against writers (or readers too), who wait until the end of the block."""
    mode = "ACCESS EXCLUSIVE" if readers else "EXCLUSIVE"
    with db.engine.begin() as connection:
        connection.execute(text(f"LOCK TABLE {table} IN {mode} MODE"))
        yield


def count_held_up() -> int:
    """Count the sessions of the database that wait for a lock."""
    query = text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    with db.engine.connect() as connection:
        return connection.scalar(query) or 0
