"""Inviting an address or a member."""

from typing import Any

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert

from grandequipe.core import clock
from grandequipe.core.email_addresses import folded, is_reachable, normalized
from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.events import EventRecord, record, record_all
from grandequipe.core.policies import require
from grandequipe.extensions import db
from grandequipe.groups import policies
from grandequipe.groups.events import InvitationSent, MemberInvited
from grandequipe.groups.models import Group, Invitation, Membership, MembershipState
from grandequipe.groups.services.locks import lock_group, lock_membership, require_not_archived
from grandequipe.groups.services.membership_transitions import (
    StreamEvent,
    accept,
    create_membership,
)
from grandequipe.members.models import Member
from grandequipe.members.services.trust import Quota, require_within


def invite_address(actor: Member, group: Group, email: str) -> Invitation:
    """Invite the holder of an address, now or when they register with it; may raise Invalid."""
    require_not_archived(group)
    require(policies.may_invite(actor, group), _l("You can’t invite people to this group."))
    email = _valid_email(actor, email)
    require_quota(actor)
    invitation = _upsert_invitation(actor, group, email=email)
    record(actor.stream, InvitationSent(subject_id=invitation.id, actor_id=actor.id))
    return invitation


def invite_member(actor: Member, group: Group, guest: Member) -> Membership:
    """Invite a person, who becomes a member on accepting; Conflict for a banned one."""
    lock_group(group)
    require_not_archived(group)
    require(policies.may_invite(actor, group), _l("You can’t invite people to this group."))
    membership = lock_membership(guest, group)
    if membership is not None and membership.state is MembershipState.BANNED:
        raise Conflict(_("This person has been banned from the group."))
    if membership is None or membership.state is MembershipState.INVITED:
        require_quota(actor)
        _upsert_invitation(actor, group, member_id=guest.id)
    membership, events = invite(actor, group, guest, membership)
    record_all(events)
    return membership


def invite(
    actor: Member, group: Group, guest: Member, membership: Membership | None
) -> tuple[Membership, list[StreamEvent]]:
    """Create a guest's membership, or leave it as it is; a request to join is accepted."""
    if membership is not None and membership.state is MembershipState.REQUESTED:
        return membership, accept(actor, membership, "request")
    if membership is not None:
        return membership, []
    membership = create_membership(guest, group, MembershipState.INVITED)
    membership.invited_by_id = actor.id
    return membership, [(guest.stream, MemberInvited(subject_id=group.id, actor_id=actor.id))]


def _valid_email(actor: Member, email: str) -> str:
    """Give a normalized address; raise Invalid for one that mail cannot reach, or the actor's."""
    if not is_reachable(email):
        sentence = _(
            "Enter an address without accents before the @: email wouldn’t reach this one."
        )
        raise Invalid({"email": sentence})
    try:
        email = normalized(email)
    except ValueError:
        raise Invalid({"email": _("This isn’t an email address. Please check it.")}) from None
    if folded(email) == folded(actor.email):
        raise Invalid({"email": _("That’s your own address. Enter someone else’s.")})
    return email


def require_quota(actor: Member, amount: int = 1) -> None:
    """Raise Invalid where an account would send more invitations than it may in a day."""
    by_name = select(Invitation.created_at).where(
        Invitation.invited_by_id == actor.id, Invitation.email.is_(None)
    )
    require_within(actor, Quota.INVITATIONS, times_mailed(actor).union_all(by_name), amount)


def times_mailed(actor: Member) -> Select[Any]:
    """Select when somebody invited an address; those withdrawn since count, for a mail has left."""
    return select(EventRecord.at).where(
        EventRecord.stream_id == actor.stream_id, EventRecord.kind == InvitationSent.kind
    )


def _upsert_invitation(actor: Member, group: Group, **to: object) -> Invitation:
    """Insert an invitation, or renew the one to this address or person with the new sender."""
    sender = {"invited_by_id": actor.id, "created_at": clock.now()}
    statement = (
        insert(Invitation)
        .values({"group_id": group.id, **sender, **to})
        .on_conflict_do_update(index_elements=["group_id", *to], set_=sender)
        .returning(Invitation)
    )
    return db.session.scalars(statement, execution_options={"populate_existing": True}).one()
