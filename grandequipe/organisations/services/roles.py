"""The managers of an organisation, added and removed by one another."""

import secrets

from flask_babel import gettext as _
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from grandequipe.core import clock
from grandequipe.core.email_addresses import normalized
from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.events import record
from grandequipe.core.mail import rendering
from grandequipe.core.moderation_log import Act, log_act
from grandequipe.extensions import db
from grandequipe.members.models import (
    BelongingRefusal,
    ManagerKey,
    Member,
    Organisation,
    OrganisationClaim,
    OrganisationManager,
)
from grandequipe.members.queries import digest_of, find_member_by_email, is_manager
from grandequipe.members.services.details import advance_profiles
from grandequipe.members.services.notices import notice_to
from grandequipe.members.services.organisations import hold_manager
from grandequipe.organisations.events import ManagingChanged
from grandequipe.organisations.queries.people import MOST_MANAGERS, count_managers
from grandequipe.organisations.services.belonging import confirm_belonging

KEY_PATH = "organisations.open_key"


def add_manager(actor: Member, organisation: Organisation, member: Member) -> None:
    """Have a member who belongs to an organisation run it, too.

    Raises Refused where the actor does not run it, Conflict where the member names another.
    """
    confirm_belonging(actor, organisation, member)
    make_manager(actor, organisation, member)


def make_manager(actor: Member, organisation: Organisation, member: Member) -> None:
    """Make a member a manager of an organisation, which the caller has locked and decided.

    A member who names no other organisation belongs to it from now on. Raises Conflict where they
    are too many.
    """
    if count_managers(organisation) >= MOST_MANAGERS:
        raise Conflict(_("At most %(number)d people can run one page.", number=MOST_MANAGERS))
    db.session.refresh(member, with_for_update={"of": Member, "key_share": True})
    pair = {"organisation_id": organisation.id, "member_id": member.id}
    added = db.session.scalar(
        insert(OrganisationManager)
        .values(since=clock.now(), **pair)
        .on_conflict_do_nothing()
        .returning(OrganisationManager.member_id)
    )
    open_claims = delete(OrganisationClaim).where(OrganisationClaim.is_accepted.is_(None))
    for gone in (delete(BelongingRefusal), open_claims):
        db.session.execute(gone.filter_by(**pair))
    if member.organisation_id in (None, organisation.id):
        member.organisation = organisation
        member.organisation_confirmed_at = member.organisation_confirmed_at or clock.now()
    db.session.flush()
    advance_profiles()
    if added is not None:
        _record(actor, organisation, member, manages=True)


def remove_manager(
    actor: Member, organisation: Organisation, member: Member, *, gives_up: bool = False
) -> None:
    """Take the role of a manager away, one's own too; nothing happens where there is none.

    Raises Refused where the actor does not run the organisation, Conflict for the last manager
    unless the page is given up.
    """
    hold_manager(actor, organisation)
    if not is_manager(member, organisation):
        return
    if count_managers(organisation) <= 1 and not gives_up:
        raise Conflict(_("Nobody would run this page any more. Add someone else first."))
    db.session.execute(
        delete(OrganisationManager).where(
            OrganisationManager.organisation_id == organisation.id,
            OrganisationManager.member_id == member.id,
        )
    )
    # Keys that were mailed in their name open nothing any more.
    db.session.execute(
        delete(ManagerKey).where(
            ManagerKey.organisation_id == organisation.id, ManagerKey.made_by_id == member.id
        )
    )
    db.session.flush()
    _record(actor, organisation, member, manages=False)


def invite_manager(actor: Member, organisation: Organisation, email: str) -> None:
    """Mail a member, found by the address of the account, a link to run an organisation.

    An address without an account gets nothing, and is answered alike: nobody learns who is a
    member. Raises Invalid of `email`, Refused where the actor does not run it.
    """
    hold_manager(actor, organisation)
    try:
        email = normalized(email)
    except ValueError:
        raise Invalid({"email": _("This isn’t an email address. Please check it.")}) from None
    guest = find_member_by_email(email)
    if guest is None or not (guest.active and guest.is_confirmed):
        return
    if is_manager(guest, organisation):
        return
    link = make_key(actor, organisation, guest.email, member=None, locale=guest.locale)
    with notice_to(guest, Act.ORGANISATION_CHANGED) as post:
        names = {"name": actor.display_name, "organisation": organisation.name}
        post(
            _("Run the page of “%(organisation)s”", **names),
            _("%(name)s invites you to run the page of “%(organisation)s” with them.", **names),
            _(
                "You would describe it, answer those who say they belong to it, and post in its "
                "name."
            ),
            link=(_("Run this page"), link),
        )


def make_key(
    actor: Member,
    organisation: Organisation,
    email: str,
    member: Member | None,
    locale: str,
) -> str:
    """Make a key for a mailbox, in the place of the one before; give the address that holds it."""
    key = secrets.token_urlsafe(32)
    db.session.execute(
        delete(ManagerKey).where(
            ManagerKey.organisation_id == organisation.id,
            ManagerKey.made_by_id == actor.id,
            ManagerKey.email == email,
        )
    )
    db.session.add(
        ManagerKey(
            organisation_id=organisation.id,
            member_id=member.id if member else None,
            made_by_id=actor.id,
            email=email,
            digest=digest_of(key),
            made_at=clock.now(),
        )
    )
    db.session.flush()
    with rendering.in_language_of(locale):
        return rendering.address_of(KEY_PATH, key=key)


def _record(actor: Member, organisation: Organisation, member: Member, *, manages: bool) -> None:
    event = ManagingChanged(
        subject_id=member.id,
        actor_id=actor.id,
        organisation_id=organisation.id,
        manages=manages,
    )
    record(member.stream, event)
    if actor.is_admin and actor.id != member.id and not is_manager(actor, organisation):
        log_act(
            Act.ORGANISATION_CHANGED,
            ("organisation", organisation.id),
            actor_id=actor.id,
            member_id=member.id,
            manages=manages,
        )
