"""Members and managers of an organisation, as its managers decide."""

from collections.abc import Callable, Mapping

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grandequipe.core.errors import Conflict, NotFound
from grandequipe.core.lines import isolated
from grandequipe.core.transactions import atomic
from grandequipe.members.identity import acting_member
from grandequipe.members.models import Member, Organisation
from grandequipe.members.queries import find_member
from grandequipe.organisations import services
from grandequipe.organisations.forms import MailboxForm
from grandequipe.organisations.queries import people as queries
from grandequipe.organisations.views.managing import run_by
from grandequipe.web.form_pages import FormPage
from grandequipe.web.form_rules import repeatable, separate
from grandequipe.web.measures import takes
from grandequipe.web.rate_limits import limited, limited_form


@takes(MailboxForm)
@limited_form("invitations")
@separate("an address more is another invitation")
def people(organisation_id: int) -> ResponseReturnValue:
    """List who belongs to an organisation and who runs it, and invite somebody to run it."""
    member, form = acting_member(), MailboxForm()
    organisation = run_by(member, organisation_id)
    page = FormPage("organisations/people.html", form, lambda: _context(member, organisation_id))

    def write() -> str:
        services.invite_manager(member, organisation, form.email.data or "")
        return _(
            "If a member of this site has this address, they get a mail with a link. It works for "
            "three days."
        )

    return page.answer(write, url_for("organisations.people", organisation_id=organisation_id))


@limited("managing")
@repeatable("sets who belongs and who runs it")
def answer(organisation_id: int, member_id: int) -> ResponseReturnValue:
    """Confirm, refuse or allow again somebody who belongs; make or unmake a manager."""
    actor = acting_member()
    organisation, member = run_by(actor, organisation_id), find_member(member_id)
    act = ACTS.get(request.form.get("act", ""))
    if act is None or member is None or not (member.active and member.is_confirmed):
        raise NotFound
    try:
        with atomic():
            said = act(actor, organisation, member)
    except Conflict as conflict:
        flash(conflict.message, "error")
    else:
        flash(said, "success")
    if actor.id == member_id and "unmanage" in request.form.getlist("act") and not actor.is_admin:
        return redirect(url_for("organisations.show", organisation_id=organisation_id), 303)
    return redirect(url_for("organisations.people", organisation_id=organisation_id), 303)


def _context(member: Member, organisation_id: int) -> Mapping[str, object]:
    organisation = run_by(member, organisation_id)
    asking = queries.list_people(organisation, member, request.args.get("suite"), confirmed=False)
    confirmed = queries.list_people(
        organisation, member, request.args.get("cursor"), confirmed=True, by_manager=True
    )
    managers = queries.list_managers(organisation)
    return {
        "organisation": organisation,
        "asking": asking,
        "confirmed": confirmed,
        "managers": managers,
        "manager_ids": {each.id for each in managers},
        "refused": queries.list_refused(organisation),
    }


def _confirm(actor: Member, organisation: Organisation, member: Member) -> str:
    services.confirm_belonging(actor, organisation, member)
    return _("%(name)s is confirmed.", name=isolated(member.display_name))


def _refuse(actor: Member, organisation: Organisation, member: Member) -> str:
    services.refuse_belonging(actor, organisation, member)
    return _(
        "%(name)s no longer belongs to the organisation. You can allow it again below.",
        name=isolated(member.display_name),
    )


def _allow(actor: Member, organisation: Organisation, member: Member) -> str:
    services.allow_again(actor, organisation, member)
    return _("%(name)s can name the organisation again.", name=isolated(member.display_name))


def _manage(actor: Member, organisation: Organisation, member: Member) -> str:
    services.add_manager(actor, organisation, member)
    return _("%(name)s now runs this page, too.", name=isolated(member.display_name))


def _unmanage(actor: Member, organisation: Organisation, member: Member) -> str:
    gives_up = "gives_up" in request.form
    services.remove_manager(actor, organisation, member, gives_up=gives_up)
    return _("%(name)s no longer runs this page.", name=isolated(member.display_name))


ACTS: Mapping[str, Callable[[Member, Organisation, Member], str]] = {
    "confirm": _confirm,
    "refuse": _refuse,
    "allow": _allow,
    "manage": _manage,
    "unmanage": _unmanage,
}
