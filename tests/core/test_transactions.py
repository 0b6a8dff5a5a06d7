"""Side effects wait for the commit of the transaction, or savepoint, that asked."""

from contextlib import suppress

import pytest
from flask import Flask
from sqlalchemy import text

from grandequipe.core.transactions import atomic, on_commit
from grandequipe.extensions import db

pytestmark = pytest.mark.usefixtures("app")


class Oops(Exception):
    """Say that something went wrong in the middle."""


def test_it_runs_once_after_the_commit_and_not_before() -> None:
    done: list[str] = []
    with atomic():
        on_commit(lambda: done.append("sent"))
        db.session.execute(text("SELECT 1"))
        assert done == []
    assert done == ["sent"]
    with atomic():
        db.session.execute(text("SELECT 1"))
    assert done == ["sent"]


@pytest.mark.parametrize("statement", ["SELECT 1", None])
def test_it_never_runs_after_a_rollback(statement: str | None) -> None:
    done: list[str] = []
    with suppress(Oops), atomic():
        on_commit(lambda: done.append("sent"))
        if statement:
            db.session.execute(text(statement))
        raise Oops
    with atomic():
        db.session.execute(text("SELECT 1"))
    assert done == []


def test_a_savepoint_that_is_undone_takes_back_what_was_asked_in_it() -> None:
    done: list[str] = []
    with atomic():
        on_commit(lambda: done.append("outside"))
        with suppress(Oops), db.session.begin_nested():
            with db.session.begin_nested():
                on_commit(lambda: done.append("kept, then undone"))
            raise Oops
        with db.session.begin_nested():
            on_commit(lambda: done.append("inside"))
        assert done == []
    assert done == ["outside", "inside"]


def test_the_connection_is_free_again_when_it_runs() -> None:
    found: list[object] = []
    with atomic():
        db.session.execute(text("CREATE TEMP TABLE mark (n int) ON COMMIT DROP"))
        on_commit(lambda: found.append(db.session.scalar(text("SELECT to_regclass('mark')"))))
        on_commit(lambda: found.append(db.engine.pool.checkedout()))  # type: ignore[attr-defined]
    db.session.rollback()
    assert found == [None, 1]


def test_one_that_fails_harms_neither_the_change_nor_the_others(app: Flask) -> None:
    done: list[str] = []

    def fail() -> None:
        raise Oops

    with atomic():
        on_commit(fail)
        on_commit(lambda: done.append("sent"))
    assert done == ["sent"]
