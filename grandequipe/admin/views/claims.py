"""Requests to run an organisation, which administrators answer."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grandequipe.admin.forms import ClaimAnswerForm
from grandequipe.admin.views.access import administrator
from grandequipe.core.errors import NotFound
from grandequipe.members.queries import find_member
from grandequipe.organisations import services
from grandequipe.organisations.queries.claims import get_claim
from grandequipe.organisations.queries.people import list_managers
from grandequipe.web.form_pages import FormPage
from grandequipe.web.form_rules import repeatable
from grandequipe.web.measures import takes
from grandequipe.web.rate_limits import limited_form


def add_routes(blueprint: Blueprint) -> None:
    """Register the route of requests."""
    path = "/structures/demandes/<id:claim_id>"
    blueprint.add_url_rule(path, "answer_claim", answer_claim, methods=("GET", "POST"))


@takes(ClaimAnswerForm)
@limited_form("managing")
@repeatable("a request is answered once")
def answer_claim(claim_id: int) -> ResponseReturnValue:
    """Show a request to run an organisation; accept it, or refuse it with a reason."""
    actor, form = administrator(), ClaimAnswerForm()
    if get_claim(claim_id).is_accepted is not None:
        raise NotFound

    def load() -> dict[str, object]:
        claim = get_claim(claim_id)
        member = find_member(claim.member_id)
        if member is None:
            raise NotFound
        return {
            "claim": claim,
            "member": member,
            "managers": list_managers(claim.organisation),
        }

    def write() -> str:
        claim = get_claim(claim_id)
        if "accept" in request.form:
            services.accept_claim(actor, claim)
            return _("The request has been accepted, and its author told by email.")
        services.refuse_claim(actor, claim, form.reason.data or "")
        return _("The request has been refused, and its author told by email.")

    page = FormPage("admin/claim.html", form, load)
    return page.answer(write, url_for("admin.organisations"))
