"""The state of a member's home: it changes whenever anything on the page does, but for the time."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    any_,
    bindparam,
    cast,
    exists,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by, array
from sqlalchemy.orm import aliased

from grandequipe.core.connections import read_alone
from grandequipe.core.events import Stream
from grandequipe.extensions import db
from grandequipe.feed.models import Bookmark, LabelFollow, Placement, PostCounters
from grandequipe.feed.queries.home import followed_state, is_elsewhere
from grandequipe.feed.queries.visibility import VIEWER
from grandequipe.groups.models import Group, Membership, MembershipState
from grandequipe.members.models import BrowserSession, Member
from grandequipe.members.queries import PROFILE_REVISION, SESSION_IS_VALID, oldest_session

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
_place = aliased(Placement)
# Where the reader is no member, the streams of the groups say what changed in what is shown.
ELSEWHERE = (
    select(cast(func.coalesce(func.sum(Stream.last_position), 0), BigInteger))
    .select_from(_place)
    .join(_place.group)
    .join(Stream, Stream.id == Group.stream_id)
    .where(
        _place.post_id == any_(bindparam("shown", type_=ARRAY(BigInteger))), is_elsewhere(_place)
    )
    .scalar_subquery()
)
# Most members follow nothing: only for the others is it asked what they follow.
_FOLLOWS = "follows"
FOLLOWED = select(followed_state())
FOLLOWED_AS_SHOWN = FOLLOWED.add_columns(ELSEWHERE)

_added: dict[str, ColumnElement[Any]] = {
    _FOLLOWS: exists().where(LabelFollow.member_id == VIEWER),
    "profiles": PROFILE_REVISION,
}


class HomeState(NamedTuple):
    """The positions of all streams that a home shows, with what was added, and what is followed.

    `followed` names the newest posts of what the member follows: None where there is none.
    """

    positions: Sequence[Any]
    followed: str | None


def add_to_home_state(name: str, value: ColumnElement[Any]) -> None:
    """Have a value that a package above shows on the home be part of the state.

    The value is a scalar subquery with the parameter `member_id`.
    """
    _added[name] = value


def find_home_state(member_id: int, session_id: int | None) -> HomeState | None:
    """Return the present state of a home; None where the session has ended."""
    params = _params(member_id, session_id)
    rows = db.session.execute(_statement(tuple(_added.items())), params).all()
    if not rows:
        return None
    return HomeState(rows, db.session.scalar(FOLLOWED, params) if _follows(rows) else None)


def _params(member_id: int, session_id: int | None) -> dict[str, Any]:
    return {
        "member_id": member_id,
        VIEWER.key: member_id,
        "session": session_id,
        "oldest": oldest_session(),
    }


@cache
def _statement(added: tuple[tuple[str, ColumnElement[Any]], ...]) -> Select[Any]:
    return _POSITIONS.add_columns(*(value.label(name) for name, value in added))


def _follows(rows: Sequence[Any]) -> bool:
    return bool(getattr(rows[0], _FOLLOWS))


def follows_something(state: HomeState | None) -> bool:
    """Return whether the home of this state shows posts of what its member follows.

    The state knows the newest of them: older pages, and those of one kind, carry no tag.
    """
    return state is not None and state.followed is not None


def state_of_tag(
    state: HomeState | None, revisions: int, elsewhere: int, kept: Iterable[int]
) -> object:
    """Give what the tag of a home is made of: its state, and that of the posts it shows.

    A reaction is no event: it is in the sum of the revisions, which grows with each of them. So
    does the sum of the positions of the groups `elsewhere`, whose posts it shows. `kept` are the
    ids of those of the posts that the member keeps.
    """
    if state is None:
        return None
    positions = [tuple(row) for row in state.positions]
    return positions, state.followed, revisions, elsewhere, sorted(kept)


def find_state_of_tag(member_id: int, session_id: int | None, shown: Sequence[int]) -> object:
    """Return the same as it is now for a home that shows the posts `shown`.

    In one statement, or two where the member follows something: who follows nothing reads what is
    shown in their own groups, whose positions are in the state.
    """
    of_shown = (("revisions", REVISIONS), ("kept", KEPT))
    params = {**_params(member_id, session_id), "shown": list(shown)}
    rows = read_alone(_statement((*_added.items(), *of_shown)), params)
    if not rows:
        return None
    followed, elsewhere = None, 0
    if _follows(rows):
        followed, elsewhere = read_alone(FOLLOWED_AS_SHOWN, params)[0]
    state = HomeState([row[: -len(of_shown)] for row in rows], followed)
    return state_of_tag(state, rows[0].revisions, elsewhere, rows[0].kept)


def count_invitations(state: HomeState | None) -> int:
    """Count the groups that the member of a home is invited to."""
    rows = state.positions if state is not None else ()
    return sum(row.state == MembershipState.INVITED for row in rows)
