"""What is new in each of the viewer's groups, and what waits in them."""

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import NamedTuple

from sqlalchemy import and_, func, select

from grandequipe.core.events import EventRecord
from grandequipe.extensions import db
from grandequipe.feed.events import PostPublished
from grandequipe.feed.models import (
    Comment,
    Placement,
    PlacementStatus,
    PostProposal,
    ProposalState,
)
from grandequipe.feed.queries.visibility import PUBLISHED, VIEWER, viewer_params
from grandequipe.groups.models import Group, Invitation, Membership, MembershipState
from grandequipe.members.models import Member


@dataclass(frozen=True)
class MyGroup:
    """A group of the viewer's, and how many posts they have not seen there, up to 100."""

    group: Group
    unread: int


# Pages show "99+": nobody waits for more to be counted.
MOST_UNREAD = 100
_NEW = (
    select(Placement.id)
    .select_from(EventRecord)
    .join(
        Placement,
        and_(
            Placement.post_id == EventRecord.subject_id,
            Placement.group_id == Membership.group_id,
            PUBLISHED,
        ),
    )
    .where(
        EventRecord.stream_id == Group.stream_id,
        EventRecord.kind == PostPublished.kind,
        EventRecord.position > Membership.seen_position,
        EventRecord.actor_id != VIEWER,
    )
    .limit(MOST_UNREAD)
    .correlate(Group, Membership)
    .subquery()
)
_UNREAD = select(func.count()).select_from(_NEW).scalar_subquery()
MY_GROUPS = (
    select(Group, _UNREAD)
    .join(Membership, Membership.group_id == Group.id)
    .where(Membership.member_id == VIEWER, Membership.state == MembershipState.ACTIVE)
    .order_by(Group.name)
)


def list_my_groups(seen_by: Member) -> Sequence[MyGroup]:
    """List the viewer's groups by name, with what is new in each: by position, never by clock."""
    rows = db.session.execute(MY_GROUPS, viewer_params(seen_by))
    return [MyGroup(group, number) for group, number in rows]


class Contents(NamedTuple):
    """How much is in a group."""

    posts: int
    comments: int
    invitations: int


def count_contents(group: Group) -> Contents:
    """Count what would go with a group: what can be read in it, and who is invited."""
    here = Placement.group_id == group.id
    shown = Placement.status != PlacementStatus.REMOVED
    comments = (
        select(func.count())
        .select_from(Placement)
        .join(Comment, Comment.post_id == Placement.post_id)
    )
    counts = (
        select(func.count()).select_from(Placement).where(here, shown),
        comments.where(here, shown, Comment.removed_at.is_(None)),
        select(func.count()).where(Invitation.group_id == group.id),
    )
    row = db.session.execute(select(*(each.scalar_subquery() for each in counts))).one()
    return Contents(*row)


def count_waiting(group: Group) -> int:
    """Count what waits for moderators: posts and proposals to read, requests to answer."""
    posts = select(func.count()).where(
        Placement.group_id == group.id, Placement.status == PlacementStatus.PENDING
    )
    proposals = (
        select(func.count())
        .select_from(PostProposal)
        .join(Placement, Placement.post_id == PostProposal.post_id)
        .where(Placement.group_id == group.id, PostProposal.state == ProposalState.OPEN, PUBLISHED)
    )
    requests = select(func.count()).where(
        Membership.group_id == group.id, Membership.state == MembershipState.REQUESTED
    )
    counts = (each.scalar_subquery() for each in (posts, proposals, requests))
    sum_of_all = reduce(operator.add, counts)
    return db.session.scalar(select(sum_of_all)) or 0
