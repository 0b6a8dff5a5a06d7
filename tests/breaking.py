"""Breaking the house on purpose: what its inhabitants then read says nothing of how it is built."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db


@contextmanager
def without_comments() -> Iterator[None]:
    """Have a table not where it should be."""
    with atomic():
        db.session.execute(text("ALTER TABLE comment RENAME TO lost"))
    try:
        yield
    finally:
        db.session.rollback()
        with atomic():
            db.session.execute(text("ALTER TABLE lost RENAME TO comment"))
