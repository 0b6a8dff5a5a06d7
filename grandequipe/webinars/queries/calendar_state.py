"""Reading the state of what a calendar shows."""

from typing import NamedTuple

from sqlalchemy import BigInteger, String, bindparam, cast, func, select, union
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.sql import literal

from grandequipe.core.events import Stream
from grandequipe.extensions import db
from grandequipe.feed.models import Placement
from grandequipe.groups.models import Group, Membership, MembershipState
from grandequipe.members.models import Member
from grandequipe.webinars.models import ACTIVE, Registration

_MEMBER = bindparam("member_id", type_=BigInteger)


class CalendarState(NamedTuple):
    """The positions of the streams in which everything a calendar shows is recorded."""

    own: int
    groups: str


def find_member_state(member: Member) -> CalendarState:
    """Find the state of a member's calendar, read before the calendar is made."""
    return CalendarState(*db.session.execute(_OF_MEMBER, {"member_id": member.id}).one())


def find_group_position(group: Group) -> int:
    """Find the position of a group's stream."""
    query = select(Stream.last_position).where(Stream.id == group.stream_id)
    return db.session.scalar(query) or 0


_SHOWN = union(
    select(Membership.group_id).where(
        Membership.member_id == _MEMBER, Membership.state == MembershipState.ACTIVE
    ),
    select(Placement.group_id)
    .join(Registration, Registration.post_id == Placement.post_id)
    .where(Registration.member_id == _MEMBER, Registration.state.in_(ACTIVE)),
)
_EACH = cast(Group.id, String) + literal(":") + cast(Stream.last_position, String)
_GROUPS = (
    select(func.coalesce(func.string_agg(_EACH, aggregate_order_by(literal(","), Group.id)), ""))
    .select_from(Group)
    .join(Stream, Stream.id == Group.stream_id)
    .where(Group.id.in_(_SHOWN))
    .scalar_subquery()
)
_OF_MEMBER = (
    select(Stream.last_position, _GROUPS)
    .join(Member, Member.stream_id == Stream.id)
    .where(Member.id == _MEMBER)
)
