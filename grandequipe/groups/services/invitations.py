"""Inviting people, by the address that they gave or by name.

Guarantee: to invite an address, and to withdraw that, does the same, in the same time, whether
an account has it or not, and shows the same to the group until somebody accepts. Whose it is is
looked up by a reaction afterwards; that it was declined, or belongs to someone excluded, changes
nothing of it. What ends is ended at once, by one statement that finds somebody or nobody.
"""

from datetime import timedelta

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import delete, exists, or_, select
from sqlalchemy.dialects.postgresql import insert

from grandequipe.core import clock, journal
from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.mailboxes import folded, is_reachable
from grandequipe.core.policies import require
from grandequipe.extensions import db
from grandequipe.groups import policies
from grandequipe.groups.events import (
    InvitationDeclined,
    InvitationSent,
    InvitationTakenBack,
    InvitationWithdrawn,
    MemberInvited,
)
from grandequipe.groups.models import Group, Invitation, Membership, MembershipState
from grandequipe.groups.queries import find_invitation_before, list_invitations_to
from grandequipe.groups.services.ties import (
    Told,
    accept,
    lock_group,
    lock_groups,
    lock_tie,
    tie_new,
)
from grandequipe.members.models import Member
from grandequipe.members.queries import find_member_by_email

# Addresses of people who never came are not kept for ever.
KEPT_FOR = timedelta(days=180)


def invite_address(actor: Member, group: Group, email: str) -> Invitation:
    """Invite whoever has an address, now or when they register with it."""
    require(policies.may_invite(actor, group), _l("You cannot invite people to this group."))
    _check_address(actor, email)
    invitation = _written(actor, group, email=email)
    journal.record(actor.stream, InvitationSent(subject_id=invitation.id, actor_id=actor.id))
    return invitation


def invite_member(actor: Member, group: Group, guest: Member) -> Membership:
    """Invite a person; they become a member when they accept."""
    require(policies.may_invite(actor, group), _l("You cannot invite people to this group."))
    tie = lock_tie(guest, group)
    if tie is not None and tie.state is MembershipState.BANNED:
        raise Conflict(_("This person was excluded from the group."))
    if tie is None or tie.state is MembershipState.INVITED:
        _written(actor, group, member_id=guest.id)
    tie, told = _invite(actor, group, guest, tie)
    journal.record_all(told)
    return tie


def deliver_invitation(invitation: Invitation) -> None:
    """Let the account that has the address know, if there is one; nobody else learns of it.

    Whoever sent it may have been excluded or have left since: then it is taken back.
    """
    journal.record_all(_deliver(invitation))


def deliver_invitations_to(member: Member) -> None:
    """Let a new account know of every invitation that its address had before."""
    sent = list_invitations_to(member.email)
    lock_groups(invitation.group_id for invitation in sent)
    journal.record_all([told for invitation in sent for told in _deliver(invitation)])


def withdraw_invitation(moderator: Member, invitation: Invitation) -> None:
    """Take an invitation back; whoever accepted it meanwhile stays a member."""
    message = _("Only moderators withdraw invitations.")
    require(policies.may_moderate(moderator, invitation.group), message)
    group_id, invitation_id = invitation.group_id, invitation.id
    lock_group(invitation.group)
    if _stands(invitation):
        told = InvitationTakenBack(
            subject_id=invitation_id,
            actor_id=moderator.id,
            group_id=group_id,
            guest_id=_take_back(invitation),
        )
        journal.record(moderator.stream, told)


def purge_oldest_invitation() -> bool:
    """Take back one invitation that nobody accepted for a long time; tell whether there was one.

    One at a time: whoever holds several groups at once may wait for somebody who waits for them.
    """
    oldest = find_invitation_before(clock.now() - KEPT_FOR)
    if oldest is not None:
        lock_group(oldest.group)
        journal.record_all(_end(oldest) if _stands(oldest) else ())
    return oldest is not None


def decline_invitation(member: Member, group: Group) -> None:
    """Decline an invitation; one who joined meanwhile stays a member."""
    tie = lock_tie(member, group)
    if tie is not None and tie.state is MembershipState.INVITED:
        journal.record_all(decline(tie))


def decline(tie: Membership) -> list[Told]:
    """End an invitation whose group is locked; what was sent to an address stays as it is."""
    member, group = tie.member, tie.group
    by_name = (Invitation.group_id == group.id, Invitation.member_id == member.id)
    db.session.execute(delete(Invitation).where(*by_name))
    db.session.delete(tie)
    told = InvitationDeclined(subject_id=group.id, actor_id=member.id)
    return [(member.stream, told)]


def _check_address(actor: Member, email: str) -> None:
    if folded(email) == folded(actor.email):
        raise Invalid({"email": _("This is your own address: give that of someone else.")})
    if not is_reachable(email):
        sentence = _(
            "Give an address without accents before the @: letters would not reach this one."
        )
        raise Invalid({"email": sentence})


def _written(actor: Member, group: Group, **to: object) -> Invitation:
    """Write an invitation down, once for each address or person; the last to invite answers."""
    sender = {"invited_by_id": actor.id, "created_at": clock.now()}
    statement = (
        insert(Invitation)
        .values({"group_id": group.id, **sender, **to})
        .on_conflict_do_update(index_elements=["group_id", *to], set_=sender)
        .returning(Invitation)
    )
    return db.session.scalars(statement, execution_options={"populate_existing": True}).one()


def _deliver(invitation: Invitation) -> list[Told]:
    lock_group(invitation.group)
    if not _stands(invitation):
        return []
    if not _may_still_invite(invitation):
        return _end(invitation)
    guest = find_member_by_email(invitation.email) if invitation.email else None
    if guest is None or not (guest.active and guest.is_confirmed):
        return []
    tie = lock_tie(guest, invitation.group)
    return _invite(invitation.invited_by, invitation.group, guest, tie)[1]


def _invite(
    actor: Member, group: Group, guest: Member, tie: Membership | None
) -> tuple[Membership, list[Told]]:
    if tie is not None and tie.state is MembershipState.REQUESTED:
        return tie, accept(actor, tie, "request")
    if tie is not None:
        return tie, []
    tie = tie_new(guest, group, MembershipState.INVITED)
    tie.invited_by_id = actor.id
    return tie, [(guest.stream, MemberInvited(subject_id=group.id, actor_id=actor.id))]


def _end(invitation: Invitation) -> list[Told]:
    """End an invitation that nobody ends: no moderator waits for an answer, or measures it."""
    group_id, guest_id = invitation.group_id, _take_back(invitation)
    if guest_id is None:
        return []
    return [(f"member:{guest_id}", InvitationWithdrawn(subject_id=group_id, actor_id=None))]


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


def _stands(invitation: Invitation) -> bool:
    """Look, once the group is locked, whether an invitation read before was not ended since."""
    return db.session.get(Invitation, invitation.id, populate_existing=True) is not None


def _may_still_invite(invitation: Invitation) -> bool:
    inviter, group = invitation.invited_by, invitation.group
    lock_tie(inviter, group)
    return inviter.active and policies.may_invite(inviter, group)
