"""One transaction per action, opened at the edge; side effects wait for its commit.

Guarantee: a callback given to `on_commit` runs once, after the transaction in which it was
given has been committed, and never if that transaction is rolled back. It is a hint, not a
promise: the process may die between the commit and the callback. Whatever must not be lost
is kept in the database by the same transaction (see `core.events`).

A form that is sent is one transaction as a whole (see `web.form_keys`): its blocks join the
transaction, which is committed once the answer is known.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session, SessionTransaction

from grandequipe.extensions import db

log = structlog.get_logger(__name__)

WAITING = "waiting_for_commit"
DUE = "due_after_commit"
UNDOING = "on_rollback"
JOINED = "joined_transaction"

Callback = Callable[[], None]


@contextmanager
def atomic() -> Iterator[None]:
    """Commit what the block did, all of it; undo all of it when the block raises.

    After `join_transaction` a block only writes: `commit_joined` commits.
    """
    begin = db.session().info.get(JOINED)
    try:
        if begin is None:
            yield
            db.session.commit()
        else:
            begin()
            yield
            db.session.flush()
    except BaseException:
        db.session.rollback()
        raise


def until_none_is_left(do_some: Callable[[], bool]) -> None:
    """Have a service do some of its work in each transaction until it says there is no more."""
    has_more = True
    while has_more:
        with atomic():
            has_more = do_some()


@contextmanager
def only_one(lock: int) -> Iterator[bool]:
    """Hold a lock that one process at a time holds, by a connection that ends with the process.

    Gives whether it is held: nobody waits for it.
    """
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        is_held = bool(connection.scalar(select(func.pg_try_advisory_lock(lock))))
        try:
            yield is_held
        finally:
            if is_held:
                connection.execute(select(func.pg_advisory_unlock(lock)))


def join_transaction(begin: Callback) -> None:
    """Have the blocks of this session join one transaction; `begin` runs first in each of them."""
    db.session().info[JOINED] = begin


def leave_transaction() -> None:
    """Have each block commit again; what blocks have written to the joined one is not committed."""
    db.session().info.pop(JOINED, None)


def commit_joined() -> None:
    """Commit the transaction that blocks have joined, and have each block commit again."""
    leave_transaction()
    with atomic():
        pass


def on_commit(callback: Callback) -> None:
    """Run `callback` after the present transaction is committed, if it ever is."""
    session = db.session()
    if not session.in_transaction():
        session.begin()
    within = session.get_nested_transaction() or session.get_transaction()
    session.info.setdefault(WAITING, []).append((within, callback))


def on_rollback(callback: Callback) -> None:
    """Run `callback` where the present transaction, or savepoint, is undone: it never commits."""
    session = db.session()
    if not session.in_transaction():
        session.begin()
    within = session.get_nested_transaction() or session.get_transaction()
    session.info.setdefault(UNDOING, []).append((within, callback))


def without_broadcast() -> None:
    """Drop what waits for the commit: a community written as past is no news to anyone."""
    db.session().info.pop(WAITING, None)


@event.listens_for(Session, "after_commit")
def _make_due(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info[DUE] = session.info.pop(WAITING, [])
        session.info.pop(UNDOING, None)


@event.listens_for(Session, "after_transaction_end")
def _run_due(session: Session, ended: SessionTransaction) -> None:
    """Run what is due once the connection is given back: it may ask the database again."""
    if ended.parent is None:
        for _within, callback in session.info.pop(DUE, []):
            _run(callback)


def _run(callback: Callback) -> None:
    try:
        callback()
    except Exception:
        # What became of the change is settled: its author must not read otherwise.
        log.exception("after_transaction_failed")


@event.listens_for(Session, "after_soft_rollback")
def _forget_undone(session: Session, undone: SessionTransaction) -> None:
    """Drop the callbacks registered within a transaction, or a savepoint, that is undone.

    Run those that are for that.
    """
    waiting = session.info.get(WAITING, [])
    waiting[:] = [callback for callback in waiting if not _is_within(callback[0], undone)]
    undoing = session.info.pop(UNDOING, [])
    session.info[UNDOING] = [each for each in undoing if not _is_within(each[0], undone)]
    for within, callback in undoing:
        if _is_within(within, undone):
            _run(callback)


def _is_within(inner: SessionTransaction | None, outer: SessionTransaction) -> bool:
    while inner is not None and inner is not outer:
        inner = inner.parent
    return inner is outer
