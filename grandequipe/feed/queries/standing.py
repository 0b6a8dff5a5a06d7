"""Where a member stands: everything that their own pages are made of, in one short statement."""

from sqlalchemy import bindparam, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from grandequipe.core.events import Stream
from grandequipe.extensions import db
from grandequipe.groups.models import Group, Membership
from grandequipe.members.models import BrowserSession, Member
from grandequipe.members.queries import SESSION_IS_VALID, oldest_session

_own, _groups = aliased(Stream), aliased(Stream)
_membership = func.concat_ws(
    ":",
    Membership.group_id,
    Membership.state,
    Membership.role,
    Membership.level,
    Membership.seen_position,
    _groups.last_position,
)
_memberships = (
    select(func.string_agg(_membership, aggregate_order_by(literal(","), Membership.group_id)))
    .join(Group, Group.id == Membership.group_id)
    .join(_groups, _groups.id == Group.stream_id)
    .where(Membership.member_id == bindparam("member_id"))
    .scalar_subquery()
)
STANDING = (
    select(_own.last_position, _memberships)
    .select_from(Member)
    .join(_own, _own.id == Member.stream_id)
    .join(BrowserSession, BrowserSession.member_id == Member.id)
    .where(
        Member.id == bindparam("member_id"),
        BrowserSession.id == bindparam("session"),
        SESSION_IS_VALID,
    )
)


def find_standing(member_id: int, session_id: int) -> tuple[int, str | None] | None:
    """Find the ends of a member's streams with their ties; None where the log-in has ended."""
    names = {"member_id": member_id, "session": session_id, "oldest": oldest_session()}
    row = db.session.execute(STANDING, names).first()
    return (row[0], row[1]) if row else None
