"""Accepting an invitation by the key in its e-mail.

Guarantee: an invitation is accepted once, as long as it stands and who sent it may still invite; by
nobody who is excluded; and by no other account than that of its address, where there is one.
"""

from datetime import timedelta

from sqlalchemy import delete

from grandequipe.core import journal, signing
from grandequipe.core.errors import NotFound
from grandequipe.extensions import db
from grandequipe.groups import policies
from grandequipe.groups.models import Group, Invitation, Membership, MembershipState
from grandequipe.groups.queries import find_group, find_invitation, find_membership
from grandequipe.groups.services.invitations.ending import may_still_invite, stands
from grandequipe.groups.services.locks import lock_group, lock_tie
from grandequipe.groups.services.ties import accept, tie_new
from grandequipe.members.models import Member
from grandequipe.members.queries import find_member_by_email

PURPOSE = "invitation"
# Longer than any invitation is kept: an old link is known from one that never was.
LINK_LIFE = timedelta(days=5 * 365)


class Ended(NotFound):
    """Say that an invitation was accepted, withdrawn or forgotten, or is not for the viewer."""

    def __init__(self, group: Group | None) -> None:
        super().__init__()
        self.group = group


def key_of_invitation(invitation: Invitation) -> str:
    """Give the key that opens an invitation to an address: it names it, and is kept nowhere."""
    named = [invitation.id, invitation.group_id]
    return signing.sign(PURPOSE, named, invitation.created_at + LINK_LIFE)


def get_invitation_by_key(key: str, seen_by: Member | None) -> Invitation:
    """Get the invitation that a key opens; raise NotFound for none of ours, Ended for an old one.

    `Ended.group` is the group for a viewer who belongs to it: nobody else learns of it.
    """
    named = signing.signed_value(PURPOSE, key)
    if named is None:
        raise NotFound
    invitation_id, group_id = named
    group, found = find_group(group_id), find_invitation(invitation_id)
    tie = find_membership(seen_by, group) if group else None
    if tie is not None and tie.is_active:
        raise Ended(group)
    if found is None or found.group_id != group_id or found.email is None:
        raise Ended(None)
    _must_be_for(find_member_by_email(found.email), tie, found)
    return found


def find_guest(invitation: Invitation) -> Member | None:
    """Find the account of the address that is invited, if somebody has shown it to be theirs."""
    guest = find_member_by_email(invitation.email) if invitation.email else None
    return guest if guest is not None and guest.is_confirmed else None


def hold_invitation(invitation: Invitation) -> None:
    """Lock the group of an invitation until the commit; raise Ended where it stands no more."""
    group = invitation.group
    lock_group(group)
    if not stands(invitation) or not may_still_invite(invitation.invited_by, group):
        raise Ended(None)


def may_accept(member: Member, invitation: Invitation) -> bool:
    """Say whether this account may: where the address has one, it alone."""
    guest = find_guest(invitation)
    return guest is None or guest.id == member.id


def accept_invitation(member: Member, invitation: Invitation) -> Membership:
    """Make a member of this account; raise Ended where the invitation stands no more."""
    hold_invitation(invitation)
    group, inviter = invitation.group, invitation.invited_by
    tie = lock_tie(member, group)
    if not may_accept(member, invitation) or (tie and tie.state is MembershipState.BANNED):
        raise Ended(None)
    if tie is not None and tie.is_active:
        return tie
    db.session.execute(delete(Invitation).where(Invitation.id == invitation.id))
    if tie is None:
        tie = tie_new(member, group, MembershipState.INVITED)
        tie.invited_by_id = inviter.id
    was_asking = tie.state is MembershipState.REQUESTED
    events = accept(inviter, tie, "request") if was_asking else accept(member, tie, "invitation")
    journal.record_all(events)
    return tie


def _must_be_for(guest: Member | None, tie: Membership | None, found: Invitation) -> None:
    """Raise Ended for one who was excluded, or whose invitation was sent by who may no more."""
    theirs = find_membership(guest, found.group) if guest else None
    banned = any(each and each.state is MembershipState.BANNED for each in (tie, theirs))
    inviter = found.invited_by
    if banned or not inviter.active or not policies.may_invite(inviter, found.group):
        raise Ended(None)
