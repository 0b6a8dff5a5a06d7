"""Delivering an invitation to the account of its address."""

from grandequipe.core.events import record_all
from grandequipe.groups.models import Invitation
from grandequipe.groups.queries import list_invitations_to
from grandequipe.groups.services.invitations.ending import may_still_invite, revoke, still_exists
from grandequipe.groups.services.invitations.sending import invite
from grandequipe.groups.services.locks import lock_group, lock_groups, lock_membership
from grandequipe.groups.services.membership_transitions import StreamEvent
from grandequipe.members.models import Member
from grandequipe.members.queries import find_member_by_email


def deliver_invitation(invitation: Invitation) -> None:
    """Notify the account of the address, if there is one; nobody else learns of it.

    The invitation is revoked where its sender may no longer invite.
    """
    record_all(_deliver(invitation))


def deliver_invitations_to(member: Member) -> None:
    """Notify a new account of the pending invitations to its address."""
    invitations = list_invitations_to(member.email)
    lock_groups(each.group_id for each in invitations)
    record_all([event for each in invitations for event in _deliver(each)])


def _deliver(invitation: Invitation) -> list[StreamEvent]:
    lock_group(invitation.group)
    if not still_exists(invitation):
        return []
    if not may_still_invite(invitation.invited_by, invitation.group):
        return revoke(invitation)
    guest = find_member_by_email(invitation.email) if invitation.email else None
    if guest is None or not (guest.active and guest.is_confirmed):
        return []
    membership = lock_membership(guest, invitation.group)
    return invite(invitation.invited_by, invitation.group, guest, membership)[1]
