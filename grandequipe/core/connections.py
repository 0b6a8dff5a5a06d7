"""Connections to the database: asked whether they live when they rested, and kept well-read.

Guarantee: uncommitted writes are rolled back when a connection returns to the pool. Only
a transaction in which every statement was a SELECT is ended by COMMIT where SQLAlchemy asks for
ROLLBACK: to PostgreSQL these are the same then. To psycopg they are not: after a ROLLBACK it
forgets every statement that it had prepared, and each page that only reads would have all its
statements parsed and planned anew.

A single SELECT on which an answer depends needs no transaction: `read_alone` sends it in one trip.
"""

from collections.abc import Mapping, Sequence
from time import monotonic
from typing import Any, Self, TypeVar, cast

import psycopg
from flask import Flask
from gevent import get_hub, monkey
from psycopg import waiting
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from sqlalchemy import Dialect, Executable, Row, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from grandequipe.extensions import db

RESTED_SECONDS = 2.0
# A statement is prepared the second time that it is sent. PostgreSQL plans it five times more
# before it may keep a plan: with psycopg's five, it was planned ten times on each connection.
PREPARED_AFTER = 1
LONGEST_IDLENESS = "60s"
RESTS_SINCE = "rests_since"
# What gevent's loop waits for, 1 to read and 2 to write, and what psycopg then may do.
_EVENTS = {waiting.WAIT_R: 1, waiting.WAIT_W: 2, waiting.WAIT_RW: 3}
_READY = {
    waiting.WAIT_R: waiting.READY_R,
    waiting.WAIT_W: waiting.READY_W,
    waiting.WAIT_RW: waiting.READY_RW,
}

T = TypeVar("T")


class ReadingCursor(psycopg.Cursor[Any]):
    """A cursor that marks its connection as written when it executes anything but a SELECT."""

    def _note_writing(self) -> None:
        cast(ReadingConnection, self.connection).has_only_read = False

    def execute(self, query: Any, *args: Any, **kwargs: Any) -> Self:
        """Execute a statement."""
        if not (isinstance(query, str) and query.startswith("SELECT")):
            self._note_writing()
        return super().execute(query, *args, **kwargs)

    def executemany(self, *args: Any, **kwargs: Any) -> None:
        """Execute a statement for many values."""
        self._note_writing()
        super().executemany(*args, **kwargs)

    def stream(self, *args: Any, **kwargs: Any) -> Any:
        """Read a result row by row, of whatever statement."""
        self._note_writing()
        return super().stream(*args, **kwargs)

    def copy(self, *args: Any, **kwargs: Any) -> Any:
        """Copy many rows in or out."""
        self._note_writing()
        return super().copy(*args, **kwargs)


class ReadingConnection(psycopg.Connection[Any]):
    """A connection that keeps its prepared statements when nothing was written."""

    has_only_read = True

    def commit(self) -> None:
        """Commit; the next transaction has written nothing yet."""
        super().commit()
        self.has_only_read = True

    def rollback(self) -> None:
        """Undo what was written; where nothing was, just end the transaction."""
        is_whole = self.info.transaction_status == TransactionStatus.INTRANS
        if self.has_only_read and is_whole:
            super().commit()
        else:
            super().rollback()
        self.has_only_read = True

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        """Wait for PostgreSQL; where gevent serves the requests, by its hub and not by a poll.

        The poll of gevent makes an event, a timer and a second turn of its loop for each answer.
        """
        if timeout is not None or not monkey.is_module_patched("select"):
            return super().wait(gen, interval, timeout)
        return _wait_by_hub(gen, self.pgconn.socket)


def _wait_by_hub(gen: PQGen[T], descriptor: int) -> T:
    hub = get_hub()
    try:
        wanted = next(gen)
        while True:
            watcher = hub.loop.io(descriptor, _EVENTS[wanted])
            try:
                hub.wait(watcher)
            finally:
                watcher.close()
            wanted = gen.send(_READY[wanted])
    except StopIteration as end:
        return cast(T, end.value)


def init_app(app: Flask) -> None:
    """Watch over the connections of the application."""
    with app.app_context():
        engine = db.engine
    event.listen(engine, "do_connect", _connect)
    event.listen(engine, "checkin", _note_rest)
    event.listen(engine, "checkout", _ask_the_rested)


def bound_idleness(app: Flask) -> None:
    """Have PostgreSQL end transactions that do nothing for long: for processes that serve pages.

    Whatever they wait for by mistake, their connections come back. A worker may wait within a
    transaction for a mail server, and a migration or a backup for its operator.
    """
    with app.app_context():
        event.listen(db.engine, "connect", _bound)


def read_alone(query: Executable, params: Mapping[str, Any]) -> Sequence[Row[*tuple[Any, ...]]]:
    """Read the rows of one statement outside the session, without BEGIN and COMMIT around it.

    It sees what is committed, nothing that the session has not committed yet.
    """
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        return connection.execute(query, params).all()


def _bound(connection: psycopg.Connection[Any], _entry: ConnectionPoolEntry) -> None:
    connection.execute(f"SET idle_in_transaction_session_timeout = '{LONGEST_IDLENESS}'")
    connection.commit()


def _connect(
    _dialect: Dialect, _entry: ConnectionPoolEntry, args: list[Any], kwargs: dict[str, Any]
) -> psycopg.Connection[Any]:
    kwargs = {"cursor_factory": ReadingCursor, "prepare_threshold": PREPARED_AFTER, **kwargs}
    return ReadingConnection.connect(*args, **kwargs)


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
