"""The state of a member's home: it changes whenever anything on the page does, but for the time."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, select
from sqlalchemy.orm import aliased

from grandequipe.core.events import Stream
from grandequipe.extensions import db
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


def count_invitations(state: HomeState | None) -> int:
    """Count the groups that the member of a home is invited to."""
    return sum(row.state == MembershipState.INVITED for row in state or ())
