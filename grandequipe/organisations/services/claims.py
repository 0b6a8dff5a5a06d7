"""Becoming a manager of an organisation: by an address of its domain, or by word."""

from datetime import timedelta

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import select

from grandequipe.core import clock
from grandequipe.core.email_addresses import folded, is_reachable, normalized
from grandequipe.core.errors import Conflict, Invalid, NotFound
from grandequipe.core.events import record
from grandequipe.core.moderation_log import Act, log_act
from grandequipe.core.policies import require
from grandequipe.core.text_validation import length_error, shows_something, text_error
from grandequipe.core.web_addresses import is_mailbox_of
from grandequipe.extensions import db
from grandequipe.members.models import ManagerKey, Member, Organisation, OrganisationClaim
from grandequipe.members.queries import is_manager
from grandequipe.members.services.administration import lock_accounts
from grandequipe.members.services.notices import notice_to
from grandequipe.organisations import policies
from grandequipe.organisations.events import ClaimMade
from grandequipe.organisations.queries.claims import find_key, find_open_claim
from grandequipe.organisations.services.roles import make_key, make_manager

LONGEST_MESSAGE = 1000
LONGEST_REASON = 1000
# The time after a refusal when the same member may ask again.
AGAIN_AFTER = timedelta(days=30)
MAY_NOT_CLAIM = _l("You can’t ask to run this page.")


def claim_by_address(member: Member, organisation: Organisation) -> None:
    """Have a member run an organisation whose domain the address of their account is of.

    Raises Refused where it is not, or where somebody runs the organisation already.
    """
    _lock(organisation)
    db.session.refresh(member)
    refused = _l("The address of your account isn’t one of this organisation’s domain.")
    require(policies.may_run_by_address(member, organisation), refused)
    make_manager(member, organisation, member)


def mail_proof(member: Member, organisation: Organisation, email: str) -> None:
    """Mail a link to an address of the domain of an organisation: who opens it runs its page.

    Only the same member, logged in, can open it. Raises Invalid of `email`, Refused where the
    member may not ask or no domain proves anything.
    """
    _lock(organisation)
    domain = policies.domain_to_prove(member, organisation)
    is_allowed = domain is not None and policies.may_claim(member, organisation)
    require(is_allowed, MAY_NOT_CLAIM)
    try:
        email = folded(normalized(email))
    except ValueError:
        raise Invalid({"email": _("This isn’t an email address. Please check it.")}) from None
    if not is_mailbox_of(email, domain) or not is_reachable(email):
        error = _("Enter an address that ends in @%(domain)s.", domain=domain)
        raise Invalid({"email": error})
    link = make_key(member, organisation, email, member, member.locale)
    with notice_to(member, Act.ORGANISATION_CHANGED, mailbox=email) as post:
        names = {"name": member.display_name, "organisation": organisation.name}
        post(
            _("Confirm that you run “%(organisation)s”", **names),
            _(
                "%(name)s asks to run the page of “%(organisation)s”, and says that this is their "
                "address there.",
                **names,
            ),
            _("If that was you, follow the link within three days, logged in to your account."),
            _("If it wasn’t you, ignore this message: nothing will happen."),
            link=(_("Run this page"), link),
        )


def open_key(member: Member, key: str) -> Organisation:
    """Have the member for whom a key was mailed run its organisation; it works once.

    Raises NotFound for any other key or member, or where the address proves nothing any more.
    """
    found = find_key(key)
    if found is None or not holds_key(member, found):
        raise NotFound
    organisation = db.session.get_one(Organisation, found.organisation_id)
    _lock(organisation)
    # Opened twice at once, it is gone by now.
    found = find_key(key)
    if found is None:
        raise NotFound
    if found.member_id is not None:
        domain = policies.domain_to_prove(member, organisation)
        is_proof = is_mailbox_of(found.email, domain)
    else:
        inviter = db.session.get(Member, found.made_by_id)
        is_proof = inviter is not None and policies.may_run(inviter, organisation)
    if not is_proof:
        raise Conflict(_("This link has nothing to confirm any more: the page is run by others."))
    db.session.delete(found)
    make_manager(member, organisation, member)
    return organisation


def holds_key(member: Member, key: ManagerKey) -> bool:
    """Return whether a key was mailed for this member."""
    if key.member_id is not None:
        return key.member_id == member.id
    return member.is_confirmed and folded(key.email) == folded(member.email)


def claim_by_word(member: Member, organisation: Organisation, message: str) -> OrganisationClaim:
    """Ask the administrators to run an organisation; raise Invalid of `message`.

    Raises Conflict where the member has asked already, or was refused of late.
    """
    _lock(organisation)
    require(policies.may_claim(member, organisation), MAY_NOT_CLAIM)
    message = message.strip()
    error = length_error(message, LONGEST_MESSAGE) or text_error(message)
    if not error and not shows_something(message):
        error = str(_("Say who you are in this organisation."))
    if error:
        raise Invalid({"message": error})
    if find_open_claim(member, organisation) is not None:
        raise Conflict(_("You’ve asked already: an administrator will answer you."))
    refused_since = select(OrganisationClaim.id).where(
        OrganisationClaim.member_id == member.id,
        OrganisationClaim.organisation_id == organisation.id,
        OrganisationClaim.is_accepted.is_(False),
        OrganisationClaim.answered_at > clock.now() - AGAIN_AFTER,
    )
    if db.session.scalar(refused_since.limit(1)) is not None:
        raise Conflict(
            _("An administrator has refused this less than a month ago: their mail says why.")
        )
    claim = OrganisationClaim(
        organisation=organisation, member_id=member.id, message=message, made_at=clock.now()
    )
    db.session.add(claim)
    db.session.flush()
    record(member.stream, ClaimMade(subject_id=organisation.id, actor_id=member.id))
    return claim


def accept_claim(admin: Member, claim: OrganisationClaim) -> None:
    """Have a member run the organisation that they asked for, and mail them.

    Raises Conflict where the request was answered already, or the account is gone.
    """
    member = _answer(admin, claim, is_accepted=True)
    organisation = claim.organisation
    if not is_manager(member, organisation):
        make_manager(admin, organisation, member)
    name = {"organisation": organisation.name}
    with notice_to(member, Act.CLAIM_ACCEPTED) as post:
        post(
            _("You now run the page of “%(organisation)s”", **name),
            _(
                "An administrator has accepted your request to run the page of “%(organisation)s”.",
                **name,
            ),
            _("Describe it, and answer the people who say that they belong to it."),
        )


def refuse_claim(admin: Member, claim: OrganisationClaim, reason: str) -> None:
    """Refuse a request to run an organisation, and mail why; raise Invalid of `reason`.

    Raises Conflict where the request was answered already, or the account is gone.
    """
    reason = reason.strip()
    error = length_error(reason, LONGEST_REASON) or text_error(reason)
    if not error and not shows_something(reason):
        error = str(_("Say why in a few words: they will read it."))
    if error:
        raise Invalid({"reason": error})
    member = _answer(admin, claim, is_accepted=False)
    claim.reason = reason
    name = {"organisation": claim.organisation.name}
    with notice_to(member, Act.CLAIM_REFUSED, reason=reason) as post:
        post(
            _("Your request to run “%(organisation)s”", **name),
            _(
                "An administrator has refused your request to run the page of “%(organisation)s”.",
                **name,
            ),
        )


def _answer(admin: Member, claim: OrganisationClaim, *, is_accepted: bool) -> Member:
    lock_accounts(admin)
    _lock(claim.organisation)
    db.session.refresh(claim, with_for_update={"of": OrganisationClaim})
    member = db.session.get(Member, claim.member_id)
    if claim.is_accepted is not None or member is None or not member.active:
        raise Conflict(_("This request has been answered already."))
    claim.is_accepted, claim.answered_at, claim.answered_by_id = is_accepted, clock.now(), admin.id
    db.session.flush()
    act = Act.CLAIM_ACCEPTED if is_accepted else Act.CLAIM_REFUSED
    subject = ("organisation", claim.organisation_id)
    log_act(act, subject, actor_id=admin.id, member_id=member.id)
    return member


def _lock(organisation: Organisation) -> None:
    """Lock an organisation until the commit; raise NotFound for one that is a double now."""
    db.session.refresh(organisation, with_for_update={"of": Organisation})
    if organisation.merged_into_id is not None:
        raise NotFound
