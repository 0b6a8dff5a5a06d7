"""What rules against spam hold, for those who decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from typing import Any

from sqlalchemy import Exists, ScalarSelect, Select, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from grandequipe.extensions import db
from grandequipe.feed.models import (
    Comment,
    Fingerprint,
    Hold,
    HoldReason,
    Placement,
    PlacementStatus,
    Post,
)
from grandequipe.groups.models import Group

# Entries on a page, and texts of each that are shown; a decision is about all of an entry.
MOST_ENTRIES = 20
MOST_SHOWN = 5
MOST_HELD = 2000


@dataclass(frozen=True)
class HeldEntry:
    """One entry of the queue: what is held for one reason, decided at once; never empty."""

    holds: Sequence[Hold]

    @property
    def id(self) -> int:
        """Name the entry by its first hold."""
        return self.holds[0].id

    @property
    def reason(self) -> HoldReason:
        """Give why it waits."""
        return self.holds[0].reason

    @property
    def author_ids(self) -> set[int]:
        """Give the accounts of which it holds something."""
        return {(each.comment or each.post).author_id for each in self.holds}

    @property
    def shown(self) -> Sequence[Hold]:
        """Give the first few texts."""
        return self.holds[:MOST_SHOWN]

    @property
    def version(self) -> str:
        """Give what changes with each text of it: a moderator approves what they read."""
        said = [
            (each.id, each.comment.version if each.comment else each.post.text_version)
            for each in sorted(self.holds, key=lambda each: each.id)
        ]
        return sha256(repr(said).encode()).hexdigest()[:32]


def list_held(group: Group) -> Sequence[HeldEntry]:
    """List what is held in a group, the first held first; what is repeated is one entry."""
    query = _waiting().where(Hold.group_id == group.id).order_by(Hold.id).limit(MOST_HELD)
    found = sorted(db.session.scalars(query).all(), key=lambda each: (_key(each), each.id))
    entries = [HeldEntry(list(holds)) for _each, holds in groupby(found, _key)]
    return sorted(entries, key=lambda entry: entry.id)[:MOST_ENTRIES]


def list_members_of_entry(group: Group, entry_id: int) -> Sequence[Hold]:
    """List all that one entry of a group's queue holds, in other groups, too; lock them."""
    one = db.session.get(Hold, entry_id)
    if one is None or one.group_id != group.id:
        return ()
    same = Hold.digest == one.digest if one.digest is not None else Hold.id == one.id
    return db.session.scalars(
        _waiting()
        .where(same)
        .order_by(Hold.post_id, Hold.id)
        .limit(MOST_HELD)
        .with_for_update(of=Hold)
    ).all()


def find_copies(digests: Sequence[int]) -> Sequence[tuple[int, Post | Comment, Group]]:
    """List what is published of repeated texts or links: its digest, it, a group that reads it."""
    posts = db.session.execute(
        select(Fingerprint.digest, Post, Group)
        .join(Post, Fingerprint.post_id == Post.id)
        .join(
            Placement,
            and_(Placement.post_id == Post.id, Placement.group_id == Fingerprint.group_id),
        )
        .join(Group, Group.id == Placement.group_id)
        .where(
            Fingerprint.digest.in_(digests),
            Fingerprint.comment_id.is_(None),
            Placement.status == PlacementStatus.PUBLISHED,
        )
        .distinct()
        .order_by(Post.id, Fingerprint.digest)
    ).all()
    comments = db.session.execute(
        select(Fingerprint.digest, Comment)
        .join(Comment, Fingerprint.comment_id == Comment.id)
        .options(joinedload(Comment.post))
        .where(Fingerprint.digest.in_(digests), Comment.removed_at.is_(None))
        .distinct()
        .order_by(Comment.id, Fingerprint.digest)
    ).all()
    said = [
        (row[0], row[1], row[1].post.published[0].group) for row in comments if _is_read(row[1])
    ]
    return [*((row[0], row[1], row[2]) for row in posts), *said]


def _is_read(comment: Comment) -> bool:
    return bool(comment.post.published)


def is_comment_held(comment_id: int) -> bool:
    """Return whether a comment waits for a moderator, by its id."""
    waits = select(Hold.id).join(Comment, Comment.id == Hold.comment_id)
    found = db.session.scalar(waits.where(Comment.id == comment_id, _HELD_COMMENT))
    return found is not None


def has_holds(group: Group) -> Exists:
    """Say, within another statement, whether something was held in a group."""
    return exists().where(Hold.group_id == group.id)


def count_held_comments(group: Group) -> ScalarSelect[Any]:
    """Count the held comments of a group, within another statement."""
    return (
        select(func.count())
        .select_from(Hold)
        .join(Comment, Comment.id == Hold.comment_id)
        .where(Hold.group_id == group.id, _HELD_COMMENT)
        .scalar_subquery()
    )


_HELD_COMMENT = and_(Comment.removed_at.is_not(None), Comment.removed_by_id.is_(None))
_HELD_POST = exists().where(
    Placement.post_id == Hold.post_id,
    Placement.group_id == Hold.group_id,
    Placement.status == PlacementStatus.PENDING,
)
# Of placements: what is in an entry of its own is not among what else waits.
IS_HELD = exists().where(
    Hold.post_id == Placement.post_id,
    Hold.group_id == Placement.group_id,
    Hold.comment_id.is_(None),
)


def _waiting() -> Select[Any]:
    """Select the holds that nobody has decided on by another way."""
    held_comment = exists().where(Comment.id == Hold.comment_id, _HELD_COMMENT)
    return (
        select(Hold)
        .options(
            joinedload(Hold.post),
            joinedload(Hold.comment),
            joinedload(Hold.group),
        )
        .where(
            or_(
                and_(Hold.comment_id.is_(None), _HELD_POST),
                held_comment,
            )
        )
    )


def _key(each: Hold) -> tuple[int, int]:
    return (0, each.digest) if each.digest is not None else (1, each.id)
