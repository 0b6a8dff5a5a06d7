"""What is new in each of the viewer's groups, and what waits in them."""

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import NamedTuple

from sqlalchemy import and_, exists, func, literal_column, select, true
from sqlalchemy.orm import aliased

from grandequipe.core.events import EventRecord
from grandequipe.extensions import db
from grandequipe.feed.events import PostPublished
from grandequipe.feed.models import (
    Comment,
    Kind,
    Placement,
    PlacementStatus,
    Post,
    PostProposal,
    ProposalState,
)
from grandequipe.feed.queries.holds import count_held_comments, has_holds
from grandequipe.feed.queries.visibility import LISTED, PUBLISHED, VIEWER, viewer_params
from grandequipe.groups.models import Group, Invitation, Membership, MembershipState
from grandequipe.members.models import Member


@dataclass(frozen=True)
class MyGroup:
    """A group of the viewer's, and how many posts they have not seen there, up to 100."""

    group: Group
    unread: int


# Pages show "99+": nobody waits for more to be counted.
MOST_UNREAD = 100
# A post that was taken out and placed again has an event for each time.
MOST_EVENTS = 3 * MOST_UNREAD
# A table that is limited is asked for each event. Joined as it is, PostgreSQL may read all that
# was ever published in the group instead, where it expects many events.
_PUBLISHED = (
    select(Placement.id)
    .where(
        Placement.post_id == EventRecord.subject_id,
        Placement.group_id == Membership.group_id,
        PUBLISHED,
    )
    .limit(literal_column("1"))
    .correlate(EventRecord, Membership)
    .lateral()
)
_PUBLISHED_SINCE = (
    select(_PUBLISHED.c.id)
    .select_from(EventRecord)
    .join(_PUBLISHED, true())
    .where(
        EventRecord.stream_id == Group.stream_id,
        EventRecord.kind == PostPublished.kind,
        EventRecord.position > Membership.seen_position,
        EventRecord.actor_id != VIEWER,
    )
    .limit(literal_column(str(MOST_EVENTS)))
    .correlate(Group, Membership)
    .subquery()
)
_NEW = select(_PUBLISHED_SINCE.c.id).distinct().limit(literal_column(str(MOST_UNREAD))).subquery()
_UNREAD = select(func.count()).select_from(_NEW).scalar_subquery()
MY_GROUPS = (
    select(Group, _UNREAD)
    .join(Membership, Membership.group_id == Group.id)
    .where(
        Membership.member_id == VIEWER,
        Membership.state == MembershipState.ACTIVE,
        Group.archived_at.is_(None),
    )
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
    """Count what would go with a group: what is readable in no other one, and who is invited."""
    elsewhere = aliased(Placement)
    is_kept = exists().where(
        elsewhere.post_id == Placement.post_id,
        elsewhere.group_id != group.id,
        elsewhere.status != PlacementStatus.REMOVED,
    )
    goes = and_(
        Placement.group_id == group.id, Placement.status != PlacementStatus.REMOVED, ~is_kept
    )
    comments = (
        select(func.count())
        .select_from(Placement)
        .join(Comment, Comment.post_id == Placement.post_id)
    )
    counts = (
        select(func.count()).select_from(Placement).where(goes),
        comments.where(goes, Comment.removed_at.is_(None)),
        select(func.count()).where(Invitation.group_id == group.id),
    )
    row = db.session.execute(select(*(each.scalar_subquery() for each in counts))).one()
    return Contents(*row)


def count_waiting(group: Group) -> tuple[int, bool]:
    """Count what waits for moderators: texts and proposals to read, requests to answer.

    Say, too, whether a rule against spam holds some of it.
    """
    posts = select(func.count()).where(
        Placement.group_id == group.id,
        Placement.status == PlacementStatus.PENDING,
        Placement.listed,
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
    counts = [each.scalar_subquery() for each in (posts, proposals, requests)]
    counts.append(count_held_comments(group))
    sum_of_all = reduce(operator.add, counts)
    row = db.session.execute(select(sum_of_all, has_holds(group))).one()
    return row[0], row[1]


def count_published(group: Group) -> Mapping[Kind, int]:
    """Count the published posts of a group by kind, a series of webinars as one."""
    rows = db.session.execute(
        select(Post.kind, func.count())
        .join(Placement, Placement.post_id == Post.id)
        .where(Placement.group_id == group.id, LISTED)
        .group_by(Post.kind)
    )
    return {row[0]: row[1] for row in rows}
