"""What an organisation says of itself, changed by those who run it."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grandequipe.core.errors import Invalid
from grandequipe.core.pictures import square_picture
from grandequipe.core.policies import require
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.members.identity import acting_member
from grandequipe.members.models import Member, Organisation
from grandequipe.members.services import organisations as services
from grandequipe.organisations import policies
from grandequipe.organisations.forms import DescriptionForm, LogoForm
from grandequipe.organisations.queries.lists import get_single
from grandequipe.organisations.views.logos import in_words
from grandequipe.web.bodies import PICTURE_BODY, reads
from grandequipe.web.form_pages import FormPage, Write
from grandequipe.web.form_rules import repeatable
from grandequipe.web.measures import takes
from grandequipe.web.rate_limits import limited, limited_form


def run_by(member: Member, organisation_id: int) -> Organisation:
    """Get an organisation that a member runs; raise NotFound or Refused."""
    organisation = get_single(organisation_id, member)
    require(policies.may_run(member, organisation), services.ONLY_MANAGERS)
    return organisation


@takes(DescriptionForm)
@limited_form("group_settings")
@repeatable("sets what it says")
def edit(organisation_id: int) -> ResponseReturnValue:
    """Change what an organisation says of itself."""
    member = acting_member()
    organisation = run_by(member, organisation_id)
    form = DescriptionForm.of(organisation)
    page = FormPage(
        "organisations/edit.html", form, lambda: {"organisation": run_by(member, organisation_id)}
    )

    def write() -> str:
        services.describe_organisation(member, organisation, form.input())
        return _("The page of the organisation has been saved.")

    return page.answer(write, url_for("organisations.show", organisation_id=organisation_id))


@reads(PICTURE_BODY)
@limited_form("group_settings")
@repeatable("sets the picture")
def change_logo(organisation_id: int) -> ResponseReturnValue:
    """Show and replace the logo of an organisation."""
    member, form = acting_member(), LogoForm()
    run_by(member, organisation_id)
    page = FormPage(
        "organisations/logo.html", form, lambda: {"organisation": run_by(member, organisation_id)}
    )

    def prepare() -> Write:
        # Decoding takes a second: release the database connection meanwhile.
        db.session.rollback()
        try:
            webp = square_picture(form.picture.data.stream)
        except Invalid as refused:
            raise in_words(refused) from None

        def write() -> str:
            services.change_logo(member, run_by(member, organisation_id), webp)
            return _("The logo has been saved.")

        return write

    own = url_for("organisations.change_logo", organisation_id=organisation_id)
    return page.answer_prepared(prepare, own)


@limited("group_settings")
@repeatable("without a logo it stays without")
def remove_logo(organisation_id: int) -> ResponseReturnValue:
    """Take the logo of an organisation away: initials stand in its place."""
    member = acting_member()
    with atomic():
        services.change_logo(member, run_by(member, organisation_id), None)
    flash(_("The logo has been removed."), "success")
    return redirect(url_for("organisations.change_logo", organisation_id=organisation_id), 303)
