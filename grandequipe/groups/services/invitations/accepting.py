"""Accepting an invitation by the key in its e-mail.

Guarantee: an invitation is accepted once, as long as it is pending and its sender may still invite;
by nobody who is banned; and by no other account than that of its address, where there is one.
"""

from datetime import timedelta

from sqlalchemy import delete

from grandequipe.core import signing
from grandequipe.core.events import record_all
from grandequipe.extensions import db
from grandequipe.groups import policies
from grandequipe.groups.models import Invitation, Membership, MembershipState
from grandequipe.groups.queries import INVITATION_KEY, InvitationEnded
from grandequipe.groups.services.invitations.ending import may_still_invite, still_exists
from grandequipe.groups.services.locks import lock_group, lock_membership
from grandequipe.groups.services.membership_transitions import accept, create_membership
from grandequipe.members.models import Member

# Longer than invitations are kept: the link of a purged one is distinguished from a forged one.
LINK_LIFE = timedelta(days=5 * 365)


def key_of_invitation(invitation: Invitation) -> str:
    """Give the signed key of an invitation to an address: its ids and expiry; stored nowhere."""
    ids = [invitation.id, invitation.group_id]
    return signing.sign(INVITATION_KEY, ids, invitation.created_at + LINK_LIFE)


def hold_invitation(invitation: Invitation) -> None:
    """Lock the invitation's group until the commit; raise InvitationEnded unless it is valid."""
    group = invitation.group
    lock_group(group)
    if not still_exists(invitation) or not may_still_invite(invitation.invited_by, group):
        raise InvitationEnded(None)


def accept_invitation(member: Member, invitation: Invitation) -> Membership:
    """Make this account a member; raise InvitationEnded where the invitation is not valid."""
    hold_invitation(invitation)
    group, inviter = invitation.group, invitation.invited_by
    membership = lock_membership(member, group)
    if not policies.may_accept(member, invitation) or (
        membership and membership.state is MembershipState.BANNED
    ):
        raise InvitationEnded(None)
    if membership is not None and membership.is_active:
        return membership
    db.session.execute(delete(Invitation).where(Invitation.id == invitation.id))
    if membership is None:
        membership = create_membership(member, group, MembershipState.INVITED)
        membership.invited_by_id = inviter.id
    was_asking = membership.state is MembershipState.REQUESTED
    events = (
        accept(inviter, membership, "request")
        if was_asking
        else accept(member, membership, "invitation")
    )
    record_all(events)
    return membership
