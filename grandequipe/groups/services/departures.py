"""Leaving every group before an account is closed."""

from sqlalchemy import delete

from grandequipe.core.errors import Conflict
from grandequipe.core.events import record_all
from grandequipe.extensions import db
from grandequipe.groups import policies
from grandequipe.groups.events import GroupEnded
from grandequipe.groups.models import Group, Invitation
from grandequipe.groups.queries import list_invitations_to, list_memberships_in
from grandequipe.groups.services.ending_groups import erase
from grandequipe.groups.services.lifecycle import forget_offers
from grandequipe.groups.services.locks import lock_groups, lock_membership
from grandequipe.groups.services.membership_transitions import StreamEvent
from grandequipe.groups.services.memberships import leave
from grandequipe.members.models import Member


def leave_everything(member: Member, *, end_groups: bool = False) -> None:
    """Leave every group, and delete the invitations to the member's address.

    With `end_groups` the groups without another member are deleted with their content. A banned
    person stays banned. Raises Conflict, which names the group, where it would have no owner.
    """
    memberships, invitations = list_memberships_in(member), list_invitations_to(member.email)
    lock_groups({each.group_id for each in memberships} | {each.group_id for each in invitations})
    events: list[StreamEvent] = []
    for group in [membership.group for membership in memberships]:
        if end_groups and policies.is_alone(member, group):
            events.append((member.stream, GroupEnded(subject_id=group.id, actor_id=member.id)))
            erase(group)
        else:
            events += _leave(member, group)
    db.session.execute(delete(Invitation).where(Invitation.email == member.email))
    forget_offers(member)
    record_all(events)


def _leave(member: Member, group: Group) -> list[StreamEvent]:
    try:
        return leave(member, lock_membership(member, group))
    except Conflict as conflict:
        raise Conflict(f"{group.name}: {conflict.message}") from None
