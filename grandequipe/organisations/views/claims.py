"""Asking to run an organisation: by an address of its domain, or of the administrators."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grandequipe.core.errors import NotFound
from grandequipe.core.policies import require
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.members.identity import acting_member
from grandequipe.members.models import Member, Organisation
from grandequipe.organisations import policies, services
from grandequipe.organisations.forms import ClaimForm, MailboxForm
from grandequipe.organisations.queries.claims import find_key, find_open_claim
from grandequipe.organisations.queries.lists import get_single
from grandequipe.organisations.queries.people import count_managers
from grandequipe.organisations.services.claims import MAY_NOT_CLAIM, holds_key
from grandequipe.web.form_pages import FormPage
from grandequipe.web.form_rules import repeatable, separate
from grandequipe.web.forms import Form
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited, limited_form


@takes(ClaimForm)
@limited_form("reports")
def claim(organisation_id: int) -> ResponseReturnValue:
    """Show the ways to run an organisation, and ask the administrators."""
    member, form = acting_member(), ClaimForm()
    organisation = _claimable(member, organisation_id)
    page = FormPage("organisations/claim.html", form, lambda: _context(member, organisation_id))

    def write() -> str:
        services.claim_by_word(member, organisation, form.message.data or "")
        return _("Your request has been sent. An administrator will answer you by email.")

    return page.answer(write, url_for("organisations.claim", organisation_id=organisation_id))


@limited("reports")
@repeatable("one runs a page once")
def claim_by_address(organisation_id: int) -> ResponseReturnValue:
    """Run an organisation by the confirmed address of one's account."""
    member = acting_member()
    with atomic():
        services.claim_by_address(member, get_single(organisation_id, member))
    return _now_runs(organisation_id)


@takes(MailboxForm)
@limited_form("invitations")
@separate("another address is another mail")
def mail_proof(organisation_id: int) -> ResponseReturnValue:
    """Ask for the address at which a link is to be mailed."""
    member, form = acting_member(), MailboxForm()
    organisation = _claimable(member, organisation_id)
    if policies.domain_to_prove(member, organisation) is None:
        raise NotFound
    page = FormPage("organisations/proof.html", form, lambda: _context(member, organisation_id))

    def write() -> str:
        services.mail_proof(member, organisation, form.email.data or "")
        return _("We’ve sent a link to that address. Follow it within three days, logged in here.")

    return page.answer(write, url_for("organisations.claim", organisation_id=organisation_id))


@takes(Form)
@limited_form("reports")
@repeatable("a key works once")
def open_key(key: str) -> ResponseReturnValue:
    """Show to whom a key was mailed what it opens, and open it."""
    member, form = acting_member(), Form()
    found = find_key(key)
    if found is None or not holds_key(member, found):
        return render_page("organisations/key_ended.html"), 404
    organisation_id = found.organisation_id
    page = FormPage(
        "organisations/key.html",
        form,
        lambda: {"organisation": db.session.get_one(Organisation, organisation_id)},
    )

    def write() -> str:
        return _say_runs(services.open_key(member, key))

    return page.answer(write, url_for("organisations.edit", organisation_id=organisation_id))


def _claimable(member: Member, organisation_id: int) -> Organisation:
    organisation = get_single(organisation_id, member)
    require(policies.may_claim(member, organisation), MAY_NOT_CLAIM)
    return organisation


def _context(member: Member, organisation_id: int) -> dict[str, object]:
    organisation = get_single(organisation_id, member)
    return {
        "organisation": organisation,
        "is_run": count_managers(organisation) > 0,
        "domain": policies.domain_to_prove(member, organisation),
        "by_address": policies.may_run_by_address(member, organisation),
        "open_claim": find_open_claim(member, organisation),
    }


def _now_runs(organisation_id: int) -> ResponseReturnValue:
    organisation = db.session.get_one(Organisation, organisation_id)
    flash(_say_runs(organisation), "success")
    return redirect(url_for("organisations.edit", organisation_id=organisation_id), 303)


def _say_runs(organisation: Organisation) -> str:
    return _("You now run the page of “%(name)s”. Describe it.", name=organisation.name)
