"""Connections to the database: replaced when they died at rest, and kept well-read."""

import subprocess
import sys

import psycopg
import pytest
from flask import Flask
from sqlalchemy import func, select, text

from grandequipe.app import create_app
from grandequipe.core import connections
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.members.models import Organisation
from tests.conftest import CHEAP_HASHING

OFTEN = 20
LARGE = 8_000_000
LONGEST_SCENE = 60
# In a process of its own, for gevent replaces the sockets of all threads.
TWO_REQUESTS = """
from gevent import monkey

monkey.patch_all()

import sys

import gevent
import psycopg

from grandequipe.core.connections import ReadingConnection

address, size = sys.argv[1], int(sys.argv[2])
first, second = (ReadingConnection.connect(address, autocommit=True) for _ in range(2))
first.execute("SELECT pg_advisory_lock(1)")


def have_second_wait():
    waiting = gevent.spawn(second.execute, "SELECT pg_advisory_lock(1)")
    while not first.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone():
        pass
    return waiting


waiting = have_second_wait()
first.execute("SELECT pg_advisory_unlock(1)")
waiting.get()
(echo,) = second.execute("SELECT %s::text || '!'", ["x" * size]).fetchone()
assert len(echo) == size + 1
second.execute("SELECT pg_advisory_unlock(1)")
first.execute("SELECT pg_advisory_lock(1)")
waiting = have_second_wait()
first.execute("SELECT pg_terminate_backend(%s)", [second.info.backend_pid])
try:
    waiting.get()
except psycopg.OperationalError:
    print("A request that lost its connection has ended.")
"""


def number_of_connection() -> int:
    """Take a connection from the pool; give the number that PostgreSQL knows it by."""
    db.session.rollback()
    number = db.session.scalar(text("SELECT pg_backend_pid()"))
    db.session.rollback()
    return int(number or 0)


def count_organisations() -> int:
    """Count the organisations, as a page does that reads and writes nothing."""
    number = db.session.scalar(select(func.count(Organisation.id)))
    db.session.remove()
    return number or 0


def count_prepared() -> int:
    """Count the statements that the connection has prepared for counting organisations."""
    prepared = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%organisation%'"
    return db.session.scalar(text(prepared)) or 0


def test_one_that_died_while_it_rested_is_made_anew(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "RESTED_SECONDS", 0.0)
    number = number_of_connection()
    with psycopg.connect(app.config["SETTINGS"].database_url) as operator:
        operator.execute("SELECT pg_terminate_backend(%s, 5000)", [number])
    assert number_of_connection() != number


def test_pages_that_only_read_leave_their_statements_prepared(app: Flask) -> None:
    # One connection for all of it, which has prepared nothing for other scenes.
    db.session.remove()
    db.engine.dispose()
    for _ in range(OFTEN):
        count_organisations()
    assert count_prepared() == 1


def test_what_was_written_and_not_committed_is_undone_even_between_readings(app: Flask) -> None:
    count_organisations()
    db.session.add(Organisation(name="Une régie de quartier"))
    db.session.flush()
    assert db.session.scalar(select(func.count(Organisation.id))) == 1
    db.session.remove()
    assert count_organisations() == 0


@pytest.mark.parametrize("end", ["remove", "rollback"])
def test_a_statement_that_writes_by_other_words_is_undone_too(app: Flask, end: str) -> None:
    db.session.execute(
        text(
            "WITH made AS (INSERT INTO organisation (name, kind)"
            " VALUES ('Une autre', 'other') RETURNING id) SELECT * FROM made"
        )
    )
    getattr(db.session, end)()
    assert count_organisations() == 0


def test_what_was_copied_past_the_models_is_undone_too(app: Flask) -> None:
    count_organisations()
    cursor = db.session.connection().connection.cursor()
    with cursor.copy("COPY organisation (name, kind) FROM STDIN") as copy:
        copy.write_row(("Une autre", "other"))
    db.session.remove()
    assert count_organisations() == 0


def test_what_a_savepoint_wrote_is_undone_with_the_rest(app: Flask) -> None:
    with db.session.begin_nested():
        db.session.add(Organisation(name="Une troisième"))
    assert db.session.scalar(select(func.count(Organisation.id))) == 1
    db.session.remove()
    assert count_organisations() == 0


def test_a_connection_reads_again_after_it_wrote(app: Flask) -> None:
    with atomic():
        db.session.add(Organisation(name="Une régie de quartier"))
    for _ in range(OFTEN):
        assert count_organisations() == 1
    assert count_prepared() >= 1


def test_a_transaction_that_failed_is_rolled_back(app: Flask) -> None:
    with pytest.raises(Exception, match="does not exist"):
        db.session.execute(text("SELECT * FROM nowhere"))
    db.session.remove()
    assert count_organisations() == 0


def test_a_web_process_has_its_idle_transactions_ended(app: Flask) -> None:
    web = create_app(app.config["SETTINGS"], CHEAP_HASHING)
    connections.bound_idleness(web)
    with web.app_context():
        for _time in range(2):
            assert db.session.scalar(text("SHOW idle_in_transaction_session_timeout")) == "1min"
            db.session.rollback()
        db.engine.dispose()


def test_a_request_that_waits_for_the_database_keeps_no_other_from_it(app: Flask) -> None:
    address = app.config["SETTINGS"].database_url
    command = [sys.executable, "-c", TWO_REQUESTS, address, str(LARGE)]
    said = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=LONGEST_SCENE
    )
    assert said.stdout == "A request that lost its connection has ended.\n", said.stderr
