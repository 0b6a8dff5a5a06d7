"""Leaving for good."""

from sqlalchemy import delete

from grandequipe.core.errors import Conflict
from grandequipe.core.events import record_all
from grandequipe.extensions import db
from grandequipe.groups import policies
from grandequipe.groups.events import GroupEnded
from grandequipe.groups.models import Group, Invitation
from grandequipe.groups.queries import list_invitations_to, list_memberships_in
from grandequipe.groups.services.ending_groups import erase
from grandequipe.groups.services.locks import lock_groups, lock_membership
from grandequipe.groups.services.membership_transitions import StreamEvent
from grandequipe.groups.services.memberships import leave
from grandequipe.members.models import Member


def leave_everything(member: Member, *, end_groups: bool = False) -> None:
    """Leave every group before an account is closed, and forget what was sent to its address.

    With `end_groups` the groups in which nobody else is end with all that is in them. Who was kept
    out of a group stays out. Raises Conflict, which names it, where a group would have no owner.
    """
    memberships, sent = list_memberships_in(member), list_invitations_to(member.email)
    lock_groups(
        {membership.group_id for membership in memberships} | {each.group_id for each in sent}
    )
    events: list[StreamEvent] = []
    for group in [membership.group for membership in memberships]:
        if end_groups and policies.is_alone(member, group):
            events.append((member.stream, GroupEnded(subject_id=group.id, actor_id=member.id)))
            erase(group)
        else:
            events += _steps_out(member, group)
    db.session.execute(delete(Invitation).where(Invitation.email == member.email))
    record_all(events)


def _steps_out(member: Member, group: Group) -> list[StreamEvent]:
    try:
        return leave(member, lock_membership(member, group))
    except Conflict as refused:
        raise Conflict(f"{group.name}: {refused.message}") from None
