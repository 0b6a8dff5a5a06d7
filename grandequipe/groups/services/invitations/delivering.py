"""Letting the account that an invitation is for know of it."""

from grandequipe.core.events import record_all
from grandequipe.groups.models import Invitation
from grandequipe.groups.queries import list_invitations_to
from grandequipe.groups.services.invitations.ending import end, may_still_invite, stands
from grandequipe.groups.services.invitations.sending import invite
from grandequipe.groups.services.locks import lock_group, lock_groups, lock_membership
from grandequipe.groups.services.membership_transitions import StreamEvent
from grandequipe.members.models import Member
from grandequipe.members.queries import find_member_by_email


def deliver_invitation(invitation: Invitation) -> None:
    """Let the account that has the address know, if there is one; nobody else learns of it.

    Whoever sent it may have been excluded or have left since: then it is taken back.
    """
    record_all(_deliver(invitation))


def deliver_invitations_to(member: Member) -> None:
    """Let a new account know of every invitation that its address had before."""
    sent = list_invitations_to(member.email)
    lock_groups(invitation.group_id for invitation in sent)
    record_all([told for invitation in sent for told in _deliver(invitation)])


def _deliver(invitation: Invitation) -> list[StreamEvent]:
    lock_group(invitation.group)
    if not stands(invitation):
        return []
    if not may_still_invite(invitation.invited_by, invitation.group):
        return end(invitation)
    guest = find_member_by_email(invitation.email) if invitation.email else None
    if guest is None or not (guest.active and guest.is_confirmed):
        return []
    membership = lock_membership(guest, invitation.group)
    return invite(invitation.invited_by, invitation.group, guest, membership)[1]
