"""Counting comments and reactions, in statements that two writers may send at the same time.

Guarantee: each counter equals the number of rows that it counts, because it is changed in the
statement or the transaction that writes them, relative to what the last writer committed.
"""

from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, bindparam, delete, func, inspect, literal, select, true, update
from sqlalchemy.dialects.postgresql import Insert, insert

from grandequipe.extensions import db
from grandequipe.feed.models import (
    CommentCounters,
    CommentReaction,
    Post,
    PostCounters,
    Reaction,
    ReactionName,
)

_POST = bindparam("post", type_=BigInteger)
_SUBJECT = bindparam("subject", type_=BigInteger)
_MEMBER = bindparam("member", type_=BigInteger)


class Counted(NamedTuple):
    """Tables of reactions and of their counts, with the column that both call their subject by."""

    reaction: Any
    counters: Any
    key: str

    @property
    def counts(self) -> tuple[Any, ...]:
        """Give the counts of all reactions, and an instant that is later for later values."""
        counts = (getattr(self.counters, f"{name}_count") for name in ReactionName)
        # Read under the lock of the row.
        return *counts, func.clock_timestamp()


TO_POST = Counted(Reaction, PostCounters, "post_id")
TO_COMMENT = Counted(CommentReaction, CommentCounters, "comment_id")


def _one_more(column: Any, selected: Any, counted: Counted = TO_POST) -> Insert:
    """Add one to a counter of the subject that is selected; the first writes the row."""
    counters, key = counted.counters, counted.key
    added = insert(counters).from_select([key, column.key], selected, include_defaults=False)
    return added.on_conflict_do_update(
        index_elements=[getattr(counters, key)],
        set_={column.key: column + 1, "revision": counters.revision + 1},
    )


ADD_COMMENT = _one_more(PostCounters.comment_count, select(_POST, literal(1))).returning(
    PostCounters.post_id
)
REMOVE_COMMENT = (
    update(PostCounters)
    .where(PostCounters.post_id == _POST)
    .values(comment_count=PostCounters.comment_count - 1, revision=PostCounters.revision + 1)
)


@cache
def add_reaction_statement(counted: Counted, name: ReactionName) -> Any:
    """Write a reaction of `member` to `subject` and count it.

    Gives the counts of all reactions and the instant, or no row where the member had made it.
    """
    reaction, key = counted.reaction, counted.key
    values = select(_SUBJECT, _MEMBER, literal(name, reaction.name.type))
    added = (
        insert(reaction)
        .from_select([key, "member_id", "name"], values)
        .on_conflict_do_nothing()
        .returning(getattr(reaction, key))
        .cte("added")
    )
    column = getattr(counted.counters, f"{name}_count")
    one_more = _one_more(column, select(added.c[key], literal(1)), counted)
    return one_more.returning(*counted.counts)


@cache
def remove_reaction_statement(counted: Counted, name: ReactionName) -> Any:
    """Delete a reaction and count one less; gives the same, or no row where there was none."""
    is_subject = getattr(counted.reaction, counted.key) == _SUBJECT
    return _one_less(counted, name, is_subject).returning(*counted.counts)


@cache
def erase_reactions_statement(counted: Counted, name: ReactionName) -> Any:
    """Delete all reactions of a name that `member` made, and count one less for each."""
    return _one_less(counted, name, true())


def _one_less(counted: Counted, name: ReactionName, condition: Any) -> Any:
    reaction, counters, key = counted
    removed = (
        delete(reaction)
        .where(condition, reaction.member_id == _MEMBER)
        .where(reaction.name == literal(name, reaction.name.type))
        .returning(getattr(reaction, key))
        .cte("removed")
    )
    column = getattr(counters, f"{name}_count")
    return (
        update(counters)
        .where(getattr(counters, key) == removed.c[key])
        .values({column: column - 1, counters.revision: counters.revision + 1})
        .execution_options(synchronize_session=False)
    )


def expire_counters(post: Post) -> None:
    """Have the counters of a post read again when they are next asked for."""
    known = inspect(post).dict.get("counters")
    if known is not None:
        db.session.expire(known)
    db.session.expire(post, ["counters"])
