"""Counting comments and reactions, in statements that two writers may send at the same time.

Guarantee: each counter equals the number of rows that it counts, because it is changed in the
statement or the transaction that writes them, relative to what the last writer committed.
"""

from functools import cache
from typing import Any

from sqlalchemy import BigInteger, bindparam, delete, func, inspect, literal, select, update
from sqlalchemy.dialects.postgresql import Insert, insert

from grandequipe.extensions import db
from grandequipe.feed.models import Post, PostCounters, Reaction, ReactionName

_POST = bindparam("post", type_=BigInteger)
_NEXT = PostCounters.revision + 1
_COUNTS = (
    *(getattr(PostCounters, f"{name}_count") for name in ReactionName),
    # Read under the lock of the row: later values have later instants.
    func.clock_timestamp(),
)


def _one_more(column: Any, counted: Any) -> Insert:
    """Add one to a counter of the post that `counted` gives; the first writes the row."""
    added = insert(PostCounters).from_select(
        ["post_id", column.key], counted, include_defaults=False
    )
    return added.on_conflict_do_update(
        index_elements=[PostCounters.post_id], set_={column.key: column + 1, "revision": _NEXT}
    )


ADD_COMMENT = _one_more(PostCounters.comment_count, select(_POST, literal(1))).returning(
    PostCounters.post_id
)
REMOVE_COMMENT = (
    update(PostCounters)
    .where(PostCounters.post_id == _POST)
    .values(comment_count=PostCounters.comment_count - 1, revision=_NEXT)
)


@cache
def add_reaction_statement(name: ReactionName) -> Any:
    """Write a reaction and count it.

    Gives the counts of all reactions and the instant, or no row where the member had made it.
    """
    added = (
        insert(Reaction)
        .from_select(
            ["post_id", "member_id", "name"],
            select(_POST, bindparam("member", type_=BigInteger), literal(name, Reaction.name.type)),
        )
        .on_conflict_do_nothing()
        .returning(Reaction.post_id)
        .cte("added")
    )
    column = getattr(PostCounters, f"{name}_count")
    return _one_more(column, select(added.c.post_id, literal(1))).returning(*_COUNTS)


@cache
def remove_reaction_statement(name: ReactionName) -> Any:
    """Delete a reaction and count one less; gives the same, or no row where there was none."""
    removed = (
        delete(Reaction)
        .where(
            Reaction.post_id == _POST,
            Reaction.member_id == bindparam("member", type_=BigInteger),
            Reaction.name == literal(name, Reaction.name.type),
        )
        .returning(Reaction.post_id)
        .cte("removed")
    )
    column = getattr(PostCounters, f"{name}_count")
    return (
        update(PostCounters)
        .where(PostCounters.post_id == removed.c.post_id)
        .values({column: column - 1, PostCounters.revision: _NEXT})
        .returning(*_COUNTS)
    )


def expire_counters(post: Post) -> None:
    """Have the counters of a post read again when they are next asked for."""
    known = inspect(post).dict.get("counters")
    if known is not None:
        db.session.expire(known)
    db.session.expire(post, ["counters"])
