"""Connections to the database: one that has rested is asked whether it lives, a busy one is not.

To ask before each use is a trip to PostgreSQL more for each request. A connection that was
given back a moment ago still lives, unless PostgreSQL itself has just stopped; then whoever was
in the middle of a request fails too, and the pool forgets all its connections at once.
"""

from time import monotonic
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from grandequipe.extensions import db

RESTED_SECONDS = 2.0
RESTS_SINCE = "rests_since"


def init_app(app: Flask) -> None:
    """Watch over the connections of the application."""
    with app.app_context():
        event.listen(db.engine, "checkin", _note_rest)
        event.listen(db.engine, "checkout", _ask_the_rested)


def _note_rest(_connection: Any, entry: ConnectionPoolEntry) -> None:
    entry.info[RESTS_SINCE] = monotonic()


def _ask_the_rested(
    connection: psycopg.Connection[Any], entry: ConnectionPoolEntry, _lent: object
) -> None:
    """Have the pool make this one anew, and all that are as old, where it has died."""
    rests_since = entry.info.get(RESTS_SINCE)
    if rests_since is None or monotonic() - rests_since < RESTED_SECONDS:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except psycopg.Error as error:
        raise InvalidatePoolError from error
