"""Breaking the database on purpose: error pages must then show nothing of the implementation."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db


@contextmanager
def without_comments() -> Iterator[None]:
    """Rename the table of comments during the block, so that its queries fail."""
    with atomic():
        db.session.execute(text("ALTER TABLE comment RENAME TO lost"))
    try:
        yield
    finally:
        db.session.rollback()
        with atomic():
            db.session.execute(text("ALTER TABLE lost RENAME TO comment"))
