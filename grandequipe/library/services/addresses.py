"""Whether the addresses of resources answer, and whether their files are there.

An address is dead once it failed twice, a week apart; its author is notified of that once. One
that answers again is alive, and forgotten as a dead one.
"""

from datetime import datetime, timedelta

from sqlalchemy import exists, select, update

from grandequipe.core import clock
from grandequipe.core.events import record
from grandequipe.extensions import db
from grandequipe.feed.models import Placement, Post
from grandequipe.feed.queries.visibility import PUBLISHED
from grandequipe.library.events import AddressDied
from grandequipe.library.models import LibraryEntry

A_WEEK = timedelta(days=7)
# A second failure counts from then on: the clock does not come round at the same minute.
APART = timedelta(days=6, hours=12)
# A worker that takes longer is gone, and another one tries again.
TAKEN_FOR = timedelta(hours=1)
# Hours over which the addresses of a week are spread.
SPREAD = 24


def take_due(most: int) -> list[tuple[int, str | None]]:
    """Take some of the resources that are to be checked: give their posts' ids and addresses.

    One that is taken and never answered for is due again an hour later.
    """
    now = clock.now()
    # Of what waits for a moderator nothing is asked yet.
    is_read = exists().where(Placement.post_id == LibraryEntry.post_id, PUBLISHED)
    due = (
        select(LibraryEntry)
        .where(LibraryEntry.check_after <= now, is_read)
        .order_by(LibraryEntry.check_after, LibraryEntry.post_id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    taken = db.session.scalars(due).all()
    for entry in taken:
        entry.check_after = now + TAKEN_FOR
    db.session.flush()
    return [(entry.post_id, entry.address) for entry in taken]


def put_off(post_id: int, until: datetime) -> None:
    """Check a resource later: its host was asked enough for now."""
    _write(post_id, check_after=until)


def keep_outcome(post_id: int, address: str | None, *, answers: bool, has_files: bool) -> None:
    """Keep what a check of a resource found; nothing where its address is another one by now."""
    entry = db.session.get(LibraryEntry, post_id, with_for_update=True)
    if entry is None or entry.address != address:
        return
    now = clock.now()
    entry.check_after = now + A_WEEK + timedelta(hours=post_id % SPREAD)
    entry.is_file_missing = not has_files
    if answers:
        entry.failed_since = entry.dead_since = None
    elif entry.failed_since is None:
        entry.failed_since = now
    elif entry.dead_since is None and entry.failed_since <= now - APART:
        entry.dead_since = entry.failed_since
        _record_death(post_id)
    db.session.flush()


def _record_death(post_id: int) -> None:
    post = db.session.get(Post, post_id)
    if post is not None and post.is_published and post.author.active:
        group_id = post.published[0].group_id
        record(
            post.author.stream,
            AddressDied(subject_id=post.id, actor_id=None, group_id=group_id),
        )


def _write(post_id: int, **values: object) -> None:
    db.session.execute(
        update(LibraryEntry)
        .where(LibraryEntry.post_id == post_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
