"""Keeping posts, each with a note that only its member reads."""

from datetime import timedelta

from sqlalchemy import ColumnElement, delete, update
from sqlalchemy.dialects.postgresql import insert

from grandequipe.core import clock
from grandequipe.core.errors import Invalid
from grandequipe.core.text_validation import length_error, text_error
from grandequipe.extensions import db
from grandequipe.feed import policies
from grandequipe.feed.models import LONGEST_NOTE, Bookmark, Post
from grandequipe.members.models import Member

# How long a removal can be undone.
KEPT_FOR = timedelta(days=1)


def add_bookmark(member: Member, post: Post, note: str | None = None) -> Bookmark:
    """Keep a post; where it is kept, change the note, and leave it as it is where that is None.

    Raises NotFound where the member does not read the post in one of its groups.
    """
    policies.require_reader(member, post)
    words = (note or "").strip()
    if wrong := length_error(words, LONGEST_NOTE) or text_error(words):
        raise Invalid({"note": wrong})
    # A removed bookmark begins anew, without its note.
    db.session.execute(
        delete(Bookmark).where(*_own(member, post), Bookmark.removed_at.is_not(None))
    )
    values = {"member_id": member.id, "post_id": post.id, "note": words, "created_at": clock.now()}
    kept = {"note": words} if note is not None else {"note": Bookmark.note}
    written = insert(Bookmark).values(values)
    return db.session.scalars(
        written.on_conflict_do_update(
            index_elements=[Bookmark.member_id, Bookmark.post_id], set_=kept
        ).returning(Bookmark),
        execution_options={"populate_existing": True},
    ).one()


def remove_bookmark(member: Member, post: Post) -> None:
    """Keep a post no more; nothing happens where it is not kept."""
    kept = Bookmark.removed_at.is_(None)
    removing = update(Bookmark).where(*_own(member, post), kept)
    db.session.execute(removing.values(removed_at=clock.now()))


def restore_bookmark(member: Member, post: Post) -> None:
    """Undo the removal, with its note and place in the list; nothing happens after KEPT_FOR."""
    policies.require_reader(member, post)
    restoring = update(Bookmark).where(*_own(member, post), Bookmark.removed_at.is_not(None))
    db.session.execute(restoring.values(removed_at=None))


def purge_removed_bookmarks() -> None:
    """Delete for ever what was removed and can be undone no more."""
    db.session.execute(delete(Bookmark).where(Bookmark.removed_at < clock.now() - KEPT_FOR))


def erase_bookmarks(member: Member) -> None:
    """Delete what a closed account kept, with its notes."""
    db.session.execute(delete(Bookmark).where(Bookmark.member_id == member.id))


def _own(member: Member, post: Post) -> tuple[ColumnElement[bool], ...]:
    return Bookmark.member_id == member.id, Bookmark.post_id == post.id
