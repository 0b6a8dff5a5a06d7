"""One transaction an action, opened at the edge; what leaves the house waits for its commit.

Guarantee: a callback given to `on_commit` runs once, after the transaction in which it was
given has been committed, and never if that transaction is rolled back. It is a hint, not a
promise: the process may die between the commit and the callback. Whatever must not be lost
is kept in the database by the same transaction (see `core.journal`).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from grandequipe.extensions import db

log = structlog.get_logger(__name__)

WAITING = "waiting_for_commit"

Callback = Callable[[], None]


@contextmanager
def atomic() -> Iterator[None]:
    """Commit what the block did, all of it; undo all of it when the block raises."""
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise


def on_commit(callback: Callback) -> None:
    """Run `callback` after the present transaction is committed, if it ever is."""
    db.session().info.setdefault(WAITING, []).append(callback)


@event.listens_for(Session, "after_commit")
def _run_callbacks(session: Session) -> None:
    if session.in_nested_transaction():
        return
    for callback in session.info.pop(WAITING, []):
        _run(callback)


def _run(callback: Callback) -> None:
    try:
        callback()
    except Exception:
        # The change is committed: its author must not be told that it failed.
        log.exception("after_commit_failed")


@event.listens_for(Session, "after_soft_rollback")
def _forget_callbacks(session: Session, undone: SessionTransaction) -> None:
    if not undone.nested:
        session.info.pop(WAITING, None)
