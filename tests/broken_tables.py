"""Breaking the database on purpose: error pages must then show nothing of the implementation."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy import text

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db


def without_comments() -> AbstractContextManager[None]:
    """Rename the table of comments during the block, so that its queries fail."""
    return without_table("comment")


@contextmanager
def without_table(name: str) -> Iterator[None]:
    """Rename a table during the block."""
    with atomic():
        db.session.execute(text(f"ALTER TABLE {name} RENAME TO lost"))
    try:
        yield
    finally:
        db.session.rollback()
        with atomic():
            db.session.execute(text(f"ALTER TABLE lost RENAME TO {name}"))
