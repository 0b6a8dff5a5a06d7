"""Who sees which rows of the bell.

Guarantee: rights are asked each time it is shown, not only when it was written. A line about
something that the member may no longer see, or that waits for them no more, is neither listed
nor counted.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, true

from grandequipe.feed import queries as feed
from grandequipe.feed.models import (
    Comment,
    Placement,
    PlacementStatus,
    Post,
    PostProposal,
    ProposalState,
)
from grandequipe.groups import queries as groups
from grandequipe.groups.models import Group, Membership, MembershipState
from grandequipe.members.models import Viewer
from grandequipe.notifications.models import Notification, NotificationKind
from grandequipe.notifications.queries.recipients import moderating

ABOUT_A_GROUP = (NotificationKind.REQUEST_ACCEPTED, NotificationKind.REQUEST_REFUSED)
DUTIES = (NotificationKind.POST_EDITED, NotificationKind.PROPOSAL_PENDING)
TAKEN_PART = (MembershipState.INVITED, MembershipState.ACTIVE)


def visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """Say which rows the viewer may see; the query joins Group, and Post and Comment if any."""
    kind = Notification.kind
    not_taken_back = or_(Notification.comment_id.is_(None), Comment.removed_at.is_(None))
    waits = exists().where(
        PostProposal.post_id == Notification.post_id, PostProposal.state == ProposalState.OPEN
    )
    is_pending = exists().where(
        Placement.post_id == Notification.post_id,
        Placement.group_id == Notification.group_id,
        Placement.status == PlacementStatus.PENDING,
    )
    not_settled = and_(
        or_(kind != NotificationKind.POST_PENDING, is_pending),
        or_(kind != NotificationKind.PROPOSAL_PENDING, waits),
    )
    not_a_duty = or_(kind.not_in(DUTIES), _looks_after(viewer))
    # The row names its group: a post that is read in another one too shows nothing of this one.
    about_a_post = and_(
        Notification.post_id.is_not(None), feed.visible_to(viewer), groups.visible_to(viewer)
    )
    asks = _has_membership(Notification.actor_id, MembershipState.REQUESTED)
    return or_(
        and_(about_a_post, not_taken_back, not_settled, not_a_duty),
        and_(kind.in_(ABOUT_A_GROUP), groups.visible_to(viewer)),
        and_(kind == NotificationKind.INVITED, _has_membership(viewer.id, *TAKEN_PART)),
        and_(kind == NotificationKind.JOIN_REQUESTED, _looks_after(viewer), asks),
        # A refused post may be gone since; that it was refused stays its author's to know.
        and_(
            kind == NotificationKind.POST_REFUSED,
            Post.author_id == viewer.id,
            groups.visible_to(viewer),
        ),
    )


def _has_membership(member_id: Any, *states: MembershipState) -> ColumnElement[bool]:
    """Say that a person still stands so to the group of a row: what was settled is no news."""
    return exists().where(
        Membership.group_id == Notification.group_id,
        Membership.member_id == member_id,
        Membership.state.in_(states),
    )


def _looks_after(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.is_admin:
        return true()
    mine = moderating().where(Membership.member_id == viewer.id)
    return Notification.group_id.in_(mine.with_only_columns(Membership.group_id))


def rows_of(viewer: Viewer, *columns: Any) -> Select[Any]:
    """Ask for the rows of the viewer's own bell that they may see."""
    return (
        select(*columns)
        .select_from(Notification)
        .join(Group, Notification.group_id == Group.id)
        .outerjoin(Post, Notification.post_id == Post.id)
        .outerjoin(Comment, Notification.comment_id == Comment.id)
        # A later version, that runs beside us while it is brought in, may ring for other reasons.
        .where(
            Notification.member_id == viewer.id,
            Notification.kind.in_(list(NotificationKind)),
            visible_to(viewer),
        )
    )
