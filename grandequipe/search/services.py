"""Writing anew what is searched, while the site runs: a batch at a time, each a transaction."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import delete, func, select, text

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Post
from grandequipe.groups.models import Group
from grandequipe.members.models import Member, Organisation
from grandequipe.search.models import SearchWord

# Rows of a batch: so long do authors of these wait at most.
MANY = 200
# Each with the function of the database that writes its entries (migration `search`).
WRITTEN_BY: tuple[tuple[type[Post | Group | Member | Organisation], str], ...] = (
    (Organisation, "search_write_organisations"),
    (Member, "search_write_members"),
    (Group, "search_write_groups"),
    (Post, "search_rebuild_posts"),
)
# Entries of what is not there any more; those of posts go with the post.
ORPHANS = """
    DELETE FROM search_entry WHERE subject_type = '{name}'
        AND NOT EXISTS (SELECT FROM "{name}" WHERE id = subject_id)
"""


def rebuild(many: int = MANY) -> Iterator[int]:
    """Write all entries anew, each batch in a transaction of its own; give how many were written.

    What others write meanwhile is right: a batch waits for them, and they for the batch.
    """
    with atomic():
        db.session.execute(delete(SearchWord))
    for model, function in WRITTEN_BY:
        yield from _rebuild(model, getattr(func, function), many)
    for name in ("comment", "member", "organisation"):
        with atomic():
            db.session.execute(text(ORPHANS.format(name=name)))
    with atomic():
        db.session.execute(text("ANALYZE search_entry"))


def rebuild_all() -> int:
    """Write all entries anew; return of how many rows."""
    return sum(rebuild())


def _rebuild(model: Any, write: Callable[..., Any], many: int) -> Iterator[int]:
    after = 0
    id = model.__table__.c.id
    while True:
        with atomic():
            held = (
                select(id)
                .where(id > after)
                .order_by(id)
                .limit(many)
                .with_for_update(key_share=True)
            )
            ids = list(db.session.scalars(held))
            if not ids:
                return
            db.session.execute(select(write(ids)))
        yield len(ids)
        after = ids[-1]
