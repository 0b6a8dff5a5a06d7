"""What an organisation says of members who say that they belong to it."""

from flask_babel import gettext as _
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from grandequipe.core import clock
from grandequipe.core.errors import Conflict
from grandequipe.core.events import record_all
from grandequipe.core.moderation_log import Act, log_act
from grandequipe.extensions import db
from grandequipe.members.events import ProfileChanged
from grandequipe.members.models import BelongingRefusal, Member, Organisation, ProfileField
from grandequipe.members.policies import shows
from grandequipe.members.queries import is_manager
from grandequipe.members.services.details import advance_profiles
from grandequipe.members.services.organisations import hold_manager
from grandequipe.organisations.events import BelongingAnswered


def confirm_belonging(actor: Member, organisation: Organisation, member: Member) -> None:
    """Say that a member belongs to an organisation; nothing happens where it was said before.

    Raises Refused where the actor does not run it, Conflict where the member names another.
    """
    hold_manager(actor, organisation)
    _hold_belonging(actor, organisation, member)
    if member.organisation_confirmed_at is None:
        member.organisation_confirmed_at = clock.now()
        _answered(actor, organisation, member, is_confirmed=True)


def refuse_belonging(actor: Member, organisation: Organisation, member: Member) -> None:
    """Say that a member does not belong to an organisation, or no longer: they name it no more.

    What they wrote in its name stays. Raises Refused where the actor does not run it, Conflict
    where the member names another, or runs it.
    """
    hold_manager(actor, organisation)
    _hold_belonging(actor, organisation, member)
    if is_manager(member, organisation):
        raise Conflict(_("This person runs the organisation. Take that role away first."))
    db.session.execute(
        insert(BelongingRefusal)
        .values(
            organisation_id=organisation.id,
            member_id=member.id,
            refused_at=clock.now(),
            refused_by_id=actor.id,
        )
        .on_conflict_do_nothing()
    )
    member.organisation, member.is_spokesperson = None, False
    member.organisation_confirmed_at = None
    _answered(actor, organisation, member, is_confirmed=False)


def allow_again(actor: Member, organisation: Organisation, member: Member) -> None:
    """Let a member name an organisation again that refused them."""
    hold_manager(actor, organisation)
    db.session.execute(
        delete(BelongingRefusal).where(
            BelongingRefusal.organisation_id == organisation.id,
            BelongingRefusal.member_id == member.id,
        )
    )
    db.session.expire_all()


def _hold_belonging(actor: Member, organisation: Organisation, member: Member) -> None:
    """Lock an account until the commit; raise Conflict unless it names the organisation now.

    Raises it, too, for an unconfirmed member who does not show the actor what they name.
    """
    db.session.refresh(member, with_for_update={"of": Member, "key_share": True})
    is_known = member.organisation_confirmed_at or shows(member, ProfileField.ORGANISATION, actor)
    if member.organisation_id != organisation.id or not is_known:
        raise Conflict(_("This person doesn’t name your organisation any more."))


def _answered(
    actor: Member, organisation: Organisation, member: Member, *, is_confirmed: bool
) -> None:
    db.session.flush()
    advance_profiles()
    ids = {"subject_id": member.id, "actor_id": actor.id}
    answered = BelongingAnswered(organisation_id=organisation.id, is_confirmed=is_confirmed, **ids)
    record_all([(member.stream, answered), (member.stream, ProfileChanged(**ids))])
    if not is_manager(actor, organisation):
        log_act(
            Act.ORGANISATION_CHANGED,
            ("organisation", organisation.id),
            actor_id=actor.id,
            member_id=member.id,
            belongs=is_confirmed,
        )
