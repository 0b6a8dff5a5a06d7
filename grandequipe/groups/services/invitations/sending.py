"""Writing an invitation down, and inviting whoever it is for."""

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy.dialects.postgresql import insert

from grandequipe.core import clock
from grandequipe.core.email_addresses import folded, is_reachable, normalized
from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.events import record, record_all
from grandequipe.core.policies import require
from grandequipe.extensions import db
from grandequipe.groups import policies
from grandequipe.groups.events import InvitationSent, MemberInvited
from grandequipe.groups.models import Group, Invitation, Membership, MembershipState
from grandequipe.groups.services.locks import lock_group, lock_membership
from grandequipe.groups.services.membership_transitions import (
    StreamEvent,
    accept,
    create_membership,
)
from grandequipe.members.models import Member


def invite_address(actor: Member, group: Group, email: str) -> Invitation:
    """Invite whoever has an address, now or when they register with it."""
    require(policies.may_invite(actor, group), _l("You can’t invite people to this group."))
    email = _reachable(actor, email)
    invitation = _written(actor, group, email=email)
    record(actor.stream, InvitationSent(subject_id=invitation.id, actor_id=actor.id))
    return invitation


def invite_member(actor: Member, group: Group, guest: Member) -> Membership:
    """Invite a person; they become a member when they accept."""
    lock_group(group)
    require(policies.may_invite(actor, group), _l("You can’t invite people to this group."))
    membership = lock_membership(guest, group)
    if membership is not None and membership.state is MembershipState.BANNED:
        raise Conflict(_("This person has been banned from the group."))
    if membership is None or membership.state is MembershipState.INVITED:
        _written(actor, group, member_id=guest.id)
    membership, told = invite(actor, group, guest, membership)
    record_all(told)
    return membership


def invite(
    actor: Member, group: Group, guest: Member, membership: Membership | None
) -> tuple[Membership, list[StreamEvent]]:
    """Tie a guest to the group, or leave the tie that there is; a request is accepted by it."""
    if membership is not None and membership.state is MembershipState.REQUESTED:
        return membership, accept(actor, membership, "request")
    if membership is not None:
        return membership, []
    membership = create_membership(guest, group, MembershipState.INVITED)
    membership.invited_by_id = actor.id
    return membership, [(guest.stream, MemberInvited(subject_id=group.id, actor_id=actor.id))]


def _reachable(actor: Member, email: str) -> str:
    """Give an address as it is kept; raise Invalid for one that no letter of ours reaches."""
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
