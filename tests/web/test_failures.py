"""What is seen when something of ours has broken: our own page, whatever it was."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import text

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.members.models import Member
from tests.conftest import Visitor
from tests.factories import Cast, make_post


@pytest.fixture
def failing(app: Flask) -> Iterator[Flask]:
    """Have the application answer for its failures, as it does outside of scenes."""
    app.testing = False
    yield app
    app.testing = True


@contextmanager
def without(table: str) -> Iterator[None]:
    """Rename a table, so that queries fail."""
    with atomic():
        db.session.execute(text(f"ALTER TABLE {table} RENAME TO lost"))
    try:
        yield
    finally:
        with atomic():
            db.session.execute(text(f"ALTER TABLE lost RENAME TO {table}"))


@pytest.mark.parametrize("table", ["comment", "member", "membership", "notification"])
def test_a_failure_has_a_page_of_its_own(
    table: str,
    failing: Flask,
    cast: Cast,
    visitor: Visitor,
    browser: Callable[[Member], Visitor],
) -> None:
    """For members too, whose pages ask the database more than what the visitor's ask."""
    make_post(cast.amina, cast.ess)
    member = browser(cast.chloe)
    with without(table):
        answers = [reader.get("/publications/1") for reader in (member, visitor)]
    for answer in answers[:1] if table != "comment" else answers:
        assert answer.status_code == 500
        assert "<h1>Le site a eu un problème</h1>" in answer.text
        assert "/connexion" not in answer.text
        assert "lost" not in answer.text
