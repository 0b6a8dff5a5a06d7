"""Withdrawing an invitation, declining it, and forgetting those that nobody accepted."""

from datetime import timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, exists, or_, select

from grandequipe.core import clock
from grandequipe.core.events import record, record_all
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
from grandequipe.members.models import Member, stream_of

# Addresses of people who never came are not kept for ever.
KEPT_FOR = timedelta(days=180)


def withdraw_invitation(moderator: Member, invitation: Invitation) -> bool:
    """Take an invitation back, and say whether there was one left to take back.

    A person who accepted it meanwhile stays a member.
    """
    group_id, invitation_id = invitation.group_id, invitation.id
    lock_group(invitation.group)
    message = _l("Only moderators can withdraw invitations.")
    require(policies.may_moderate(moderator, invitation.group), message)
    if not stands(invitation):
        return False
    taken_back = InvitationTakenBack(
        subject_id=invitation_id,
        actor_id=moderator.id,
        group_id=group_id,
        guest_id=_take_back(invitation),
    )
    record(moderator.stream, taken_back)
    return True


def purge_oldest_invitation() -> bool:
    """Take back one invitation that nobody accepted for a long time; tell whether there was one.

    One at a time: whoever holds several groups at once may wait for somebody who waits for them.
    """
    oldest = find_invitation_before(clock.now() - KEPT_FOR)
    if oldest is not None:
        lock_group(oldest.group)
        record_all(end(oldest) if stands(oldest) else ())
    return oldest is not None


def decline_invitation(member: Member, group: Group) -> bool:
    """Decline an invitation, and say whether there was one; who joined meanwhile stays."""
    membership = lock_membership(member, group)
    if membership is None or membership.state is not MembershipState.INVITED:
        return False
    record_all(decline(membership))
    return True


def decline(membership: Membership) -> list[StreamEvent]:
    """End an invitation whose group is locked; what was sent to an address stays as it is."""
    member, group = membership.member, membership.group
    db.session.execute(delete(Invitation).where(is_by_name(member, group)))
    db.session.delete(membership)
    told = InvitationDeclined(subject_id=group.id, actor_id=member.id)
    return [(member.stream, told)]


def end_orphaned_invitations(group: Group, sender_id: int | None = None) -> None:
    """Take back what was sent to others by whoever, or by one who, may invite them no more.

    Asked once for each sender; who waits for the group waits only where something was sent.
    """
    sent = list_invitations_of(group, sender_id)
    if not sent:
        return
    lock_group(group)
    senders = {each.invited_by for each in sent}
    orphaned = {each.id for each in senders if not may_still_invite(each, group)}
    left = [each for each in sent if each.invited_by_id in orphaned and stands(each)]
    record_all([told for each in left for told in end(each)])


def may_still_invite(inviter: Member, group: Group) -> bool:
    """Tell whether what somebody has sent stands, once the group is locked."""
    lock_membership(inviter, group)
    return inviter.active and policies.may_invite(inviter, group)


def end(invitation: Invitation) -> list[StreamEvent]:
    """End an invitation that nobody ends: no moderator waits for an answer, or measures it."""
    group_id, guest_id = invitation.group_id, _take_back(invitation)
    if guest_id is None:
        return []
    return [(stream_of(guest_id), InvitationWithdrawn(subject_id=group_id, actor_id=None))]


def stands(invitation: Invitation) -> bool:
    """Look, once the group is locked, whether an invitation read before was not ended since."""
    return db.session.get(Invitation, invitation.id, populate_existing=True) is not None


def _take_back(invitation: Invitation) -> int | None:
    """Take back one that stands, with the tie that stands for no other; tell whose it was."""
    db.session.delete(invitation)
    db.session.flush()
    whoever = or_(Member.id == invitation.member_id, Member.email == invitation.email)
    theirs = or_(Invitation.member_id == Member.id, Invitation.email == Member.email)
    other = exists().where(Invitation.group_id == invitation.group_id, theirs)
    ended = (
        delete(Membership)
        .where(
            Membership.group_id == invitation.group_id,
            Membership.state == MembershipState.INVITED,
            Membership.member_id.in_(select(Member.id).where(whoever, ~other)),
        )
        .returning(Membership.member_id)
        .execution_options(synchronize_session=False)
    )
    return db.session.scalar(ended)
