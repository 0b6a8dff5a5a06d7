"""The state of a member's home: it changes whenever anything on the page does, but for the time."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Row,
    Select,
    any_,
    bindparam,
    cast,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by, array
from sqlalchemy.orm import aliased

from grandequipe.core.events import Stream
from grandequipe.extensions import db
from grandequipe.feed.models import Bookmark, PostCounters
from grandequipe.groups.models import Group, Membership, MembershipState
from grandequipe.members.models import BrowserSession, Member
from grandequipe.members.queries import SESSION_IS_VALID, oldest_session

HomeState = Sequence[Row[Any]]

_own, _group = aliased(Stream), aliased(Stream)
# Unread counters change without an event: by a visit, which moves the seen position.
_POSITIONS = (
    select(
        _own.last_position,
        _group.id,
        _group.last_position,
        Membership.seen_position,
        Membership.state,
    )
    .select_from(Member)
    .join(_own, _own.id == Member.stream_id)
    .join(BrowserSession, BrowserSession.member_id == Member.id)
    .outerjoin(Membership, Membership.member_id == Member.id)
    .outerjoin(Group, Group.id == Membership.group_id)
    .outerjoin(_group, _group.id == Group.stream_id)
    .where(
        Member.id == bindparam("member_id"),
        BrowserSession.id == bindparam("session"),
        SESSION_IS_VALID,
    )
    .order_by(Membership.group_id)
)
_REVISIONS = cast(func.coalesce(func.sum(PostCounters.revision), 0), BigInteger)
REVISIONS = (
    select(_REVISIONS)
    .where(PostCounters.post_id == any_(bindparam("shown", type_=ARRAY(BigInteger))))
    .scalar_subquery()
)
# Those of the posts shown that the member keeps: no event says so, nor moves a counter.
_KEPT = func.array_agg(aggregate_order_by(Bookmark.post_id, Bookmark.post_id))
KEPT = (
    select(func.coalesce(_KEPT, array([], type_=BigInteger)))
    .where(
        Bookmark.member_id == bindparam("member_id", type_=BigInteger),
        Bookmark.removed_at.is_(None),
        Bookmark.post_id == any_(bindparam("shown", type_=ARRAY(BigInteger))),
    )
    .scalar_subquery()
)


_added: dict[str, ColumnElement[Any]] = {}


def add_to_home_state(name: str, value: ColumnElement[Any]) -> None:
    """Have a value that a package above shows on the home be part of the state.

    The value is a scalar subquery with the parameter `member_id`.
    """
    _added[name] = value


def find_home_state(member_id: int, session_id: int | None) -> HomeState | None:
    """Return the positions of all streams that a home shows, with what was added to them.

    None where the session has ended.
    """
    params = {"member_id": member_id, "session": session_id, "oldest": oldest_session()}
    return db.session.execute(_statement(tuple(_added.items())), params).all() or None


@cache
def _statement(added: tuple[tuple[str, ColumnElement[Any]], ...]) -> Select[Any]:
    return _POSITIONS.add_columns(*(value.label(name) for name, value in added))


def state_of_tag(
    state: Sequence[Sequence[Any]] | None, revisions: int, kept: Iterable[int]
) -> object:
    """Give what the tag of a home is made of: its state, and the revisions of the posts it shows.

    A reaction is no event: it is in the sum of the revisions, which grows with each of them. `kept`
    are the ids of those of the posts that the member keeps.
    """
    return None if state is None else ([tuple(row) for row in state], revisions, sorted(kept))


def find_state_of_tag(member_id: int, session_id: int | None, shown: Sequence[int]) -> object:
    """Return the same as it is now for a home that shows the posts `shown`, in one statement."""
    params = {"member_id": member_id, "session": session_id, "oldest": oldest_session()}
    query = _statement((*_added.items(), ("revisions", REVISIONS), ("kept", KEPT)))
    rows = db.session.execute(query, {**params, "shown": list(shown)}).all()
    if not rows:
        return None
    return state_of_tag([row[:-2] for row in rows], rows[0].revisions, rows[0].kept)


def count_invitations(state: HomeState | None) -> int:
    """Count the groups that the member of a home is invited to."""
    return sum(row.state == MembershipState.INVITED for row in state or ())
