"""The rule of what profiles show, in statements (see `members.policies.shows`)."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Exists, and_, exists, or_, select
from sqlalchemy.orm import aliased

from grandequipe.extensions import db
from grandequipe.groups.models import Membership, MembershipState
from grandequipe.members.models import Audience, Member, ProfileField, Viewer


def profile_shown_to(field: ProfileField, viewer: Viewer | None) -> ColumnElement[bool]:
    """Say of which members a field of the profile is shown to the viewer; the query joins Member.

    It is NULL, not false, where nobody is shown the field.
    """
    audience = Member.audiences[field.value].astext
    is_public = audience == Audience.EVERYONE
    if viewer is None:
        return is_public
    return or_(
        is_public,
        audience == Audience.MEMBERS,
        Member.id == viewer.id,
        and_(audience == Audience.GROUPS, shares_group_with(viewer.id)),
    )


def shares_group_with(member_id: Any, other_id: Any = Member.id) -> Exists:
    """Say which members are active in a group in which this one is, too.

    `other_id` is the column of the query that names them.
    """
    own, other = aliased(Membership), aliased(Membership)
    return (
        exists()
        .where(
            own.member_id == member_id,
            own.state == MembershipState.ACTIVE,
            other.group_id == own.group_id,
            other.member_id == other_id,
            other.state == MembershipState.ACTIVE,
        )
        .correlate(other_id.class_)
    )


def find_fellows_of(member_id: int, ids: Collection[int]) -> Collection[int]:
    """Find who of these members shares a group with a member."""
    query = select(Member.id).where(Member.id.in_(list(ids)), shares_group_with(member_id))
    return set(db.session.scalars(query))
