"""Withdrawing, declining, revoking and purging invitations."""

from datetime import timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, exists, or_, select

from grandequipe.core import clock
from grandequipe.core.events import record, record_all
from grandequipe.core.moderation_log import Act, log_act
from grandequipe.core.policies import require
from grandequipe.extensions import db
from grandequipe.groups import policies
from grandequipe.groups.events import (
    InvitationDeclined,
    InvitationTakenBack,
    InvitationWithdrawn,
)
from grandequipe.groups.models import Group, Invitation, Membership, MembershipState
from grandequipe.groups.queries import find_invitation_before, is_by_name, list_invitations_of
from grandequipe.groups.services.locks import lock_group, lock_membership
from grandequipe.groups.services.membership_transitions import StreamEvent
from grandequipe.members.models import Member
from grandequipe.members.queries import list_own_streams

# Addresses of people who never joined are personal data, not kept for ever.
KEPT_FOR = timedelta(days=180)


def withdraw_invitation(moderator: Member, invitation: Invitation) -> bool:
    """Withdraw an invitation; return False where it was accepted or ended meanwhile.

    A person who accepted it stays a member.
    """
    group_id, invitation_id = invitation.group_id, invitation.id
    lock_group(invitation.group)
    message = _l("Only moderators can withdraw invitations.")
    require(policies.may_moderate(moderator, invitation.group), message)
    if not still_exists(invitation):
        return False
    if invitation.invited_by_id != moderator.id:
        log_act(
            Act.INVITATION_WITHDRAWN,
            ("invitation", invitation_id),
            actor_id=moderator.id,
            group_id=group_id,
        )
    withdrawn = InvitationTakenBack(
        subject_id=invitation_id,
        actor_id=moderator.id,
        group_id=group_id,
        guest_id=_delete(invitation),
    )
    record(moderator.stream, withdrawn)
    return True


def purge_oldest_invitation() -> bool:
    """Revoke one invitation older than `KEPT_FOR`; return False where there is none.

    One at a time: locks of several groups in one transaction could deadlock.
    """
    oldest = find_invitation_before(clock.now() - KEPT_FOR)
    if oldest is not None:
        lock_group(oldest.group)
        record_all(revoke(oldest) if still_exists(oldest) else ())
    return oldest is not None


def decline_invitation(member: Member, group: Group) -> bool:
    """Decline an invitation; return False where there is none or the member has joined."""
    membership = lock_membership(member, group)
    if membership is None or membership.state is not MembershipState.INVITED:
        return False
    record_all(decline(membership))
    return True


def decline(membership: Membership) -> list[StreamEvent]:
    """Decline an invitation whose group is locked; one to the address stays pending."""
    member, group = membership.member, membership.group
    db.session.execute(delete(Invitation).where(is_by_name(member, group)))
    db.session.delete(membership)
    declined = InvitationDeclined(subject_id=group.id, actor_id=member.id)
    return [(member.stream, declined)]


def end_orphaned_invitations(group: Group, sender_id: int | None = None) -> None:
    """Revoke pending invitations whose sender (any, or `sender_id`) may no longer invite.

    The policy is asked once for each sender; the group is locked only if there are invitations.
    """
    invitations = list_invitations_of(group, sender_id)
    if not invitations:
        return
    lock_group(group)
    senders = {each.invited_by for each in invitations}
    revoked_ids = {each.id for each in senders if not may_still_invite(each, group)}
    orphaned = [
        each for each in invitations if each.invited_by_id in revoked_ids and still_exists(each)
    ]
    record_all([event for each in orphaned for event in revoke(each)])


def may_still_invite(inviter: Member, group: Group) -> bool:
    """Return whether a sender's invitations are valid; locks the group."""
    lock_membership(inviter, group)
    return inviter.active and policies.may_invite(inviter, group)


def revoke(invitation: Invitation) -> list[StreamEvent]:
    """Revoke an invitation without an actor: nobody could measure whether it had an account."""
    group_id, guest_id = invitation.group_id, _delete(invitation)
    if guest_id is None:
        return []
    withdrawn = InvitationWithdrawn(subject_id=group_id, actor_id=None)
    return [(stream, withdrawn) for stream in list_own_streams([guest_id])]


def still_exists(invitation: Invitation) -> bool:
    """Return whether an invitation read before the group was locked is still pending."""
    return db.session.get(Invitation, invitation.id, populate_existing=True) is not None


def _delete(invitation: Invitation) -> int | None:
    """Delete a pending invitation, with its membership unless another invitation keeps that.

    Returns the id of the invited member, if there is one.
    """
    db.session.delete(invitation)
    db.session.flush()
    invited = or_(Member.id == invitation.member_id, Member.email == invitation.email)
    theirs = or_(Invitation.member_id == Member.id, Invitation.email == Member.email)
    other = exists().where(Invitation.group_id == invitation.group_id, theirs)
    ended = (
        delete(Membership)
        .where(
            Membership.group_id == invitation.group_id,
            Membership.state == MembershipState.INVITED,
            Membership.member_id.in_(select(Member.id).where(invited, ~other)),
        )
        .returning(Membership.member_id)
        .execution_options(synchronize_session=False)
    )
    return db.session.scalar(ended)
