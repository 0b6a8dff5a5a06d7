"""The themes of posts, and the organisations of members."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, ngettext

from grandequipe.admin.forms import MergeForm, OrganisationForm, ThemeForm
from grandequipe.admin.queries.taxonomies import (
    find_organisations,
    get_organisation,
    list_members_of,
    list_themes_with_counts,
)
from grandequipe.admin.services.site import add_theme, name_theme
from grandequipe.admin.views.access import administrator
from grandequipe.core.errors import NotFound
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.members.models import Organisation, OrganisationKind
from grandequipe.members.queries import find_member
from grandequipe.members.services import organisations as services
from grandequipe.organisations.forms import kind_choices
from grandequipe.organisations.queries.claims import list_open_claims
from grandequipe.taxonomies.models import Theme
from grandequipe.web.form_pages import FormPage
from grandequipe.web.form_rules import repeatable
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited, limited_form

FORM = ("GET", "POST")


def add_routes(blueprint: Blueprint) -> None:
    """Register the routes of themes and organisations."""
    blueprint.add_url_rule("/themes", "themes", themes, methods=FORM)
    blueprint.add_url_rule("/themes/<id:theme_id>", "theme", theme, methods=FORM)
    blueprint.add_url_rule("/structures", "organisations", organisations)
    one = "/structures/<id:organisation_id>"
    blueprint.add_url_rule(one, "organisation", organisation, methods=FORM)
    blueprint.add_url_rule(f"{one}/fusionner", "merge", merge, methods=FORM)
    blueprint.add_url_rule(
        f"{one}/porte-parole/<id:member_id>", "set_spokesperson", set_spokesperson, methods=["POST"]
    )


@takes(ThemeForm)
@limited_form("managing")
@repeatable("a theme of a name is added once")
def themes() -> ResponseReturnValue:
    """List the themes, and add one."""
    actor, form, listed = administrator(), ThemeForm(), list_themes_with_counts()
    headings = [each.theme for each in listed if each.theme.parent_id is None]
    choices = [(str(each.id), each.name) for each in headings if each.family == "city_policy"]
    form.parent.choices = [("", _("Social economy")), *choices]
    parents = {str(each.id): each for each in headings}
    page = FormPage("admin/themes.html", form, lambda: {"themes": list_themes_with_counts()})

    def write() -> str:
        parent = parents.get(form.parent.data or "")
        add_theme(actor, parent, form.name.data or "", form.name_en.data or "")
        return _("The theme has been added.")

    return page.answer(write, url_for("admin.themes"))


@takes(ThemeForm)
@limited_form("managing")
@repeatable("sets the names")
def theme(theme_id: int) -> ResponseReturnValue:
    """Change the names of a theme."""
    actor, found = administrator(), db.session.get(Theme, theme_id)
    if found is None:
        raise NotFound
    form = ThemeForm(obj=found)
    del form.parent
    page = FormPage(
        "admin/theme.html", form, lambda: {"theme": db.session.get_one(Theme, theme_id)}
    )

    def write() -> str:
        name_theme(actor, found, form.name.data or "", form.name_en.data or "")
        return _("The theme has been saved.")

    return page.answer(write, url_for("admin.themes"))


def organisations() -> str:
    """Find organisations by name."""
    administrator()
    typed = request.args.get("q", "")
    return render_page(
        "admin/organisations.html",
        q=typed,
        found=find_organisations(typed),
        claims=list_open_claims(),
    )


@takes(OrganisationForm)
@limited_form("managing")
@repeatable("sets what is known of it")
def organisation(organisation_id: int) -> ResponseReturnValue:
    """Show an organisation, and change what is known of it; a double leads to what it became."""
    actor, double = administrator(), db.session.get(Organisation, organisation_id)
    if double is not None and double.merged_into_id is not None:
        return redirect(url_for("admin.organisation", organisation_id=double.merged_into_id), 303)
    found = get_organisation(organisation_id)
    label = found.territory.label if found.territory else ""
    form = OrganisationForm(data={"name": found.name, "kind": found.kind, "territory": label})
    form.kind.choices = kind_choices()
    page = FormPage("admin/organisation.html", form, lambda: _organisation_context(organisation_id))

    def write() -> str:
        kind = OrganisationKind(form.kind.data)
        chosen = services.OrganisationInput(form.name.data or "", kind, form.found)
        services.change_organisation(actor, found, chosen)
        return _("The organisation has been saved.")

    return page.answer(write, url_for("admin.organisation", organisation_id=organisation_id))


@takes(MergeForm)
@limited_form("managing")
@repeatable("a double is merged once")
def merge(organisation_id: int) -> ResponseReturnValue:
    """Merge a double into the organisation that stays."""
    actor, double, form = administrator(), get_organisation(organisation_id), MergeForm()

    def write() -> str:
        return _moved(services.merge_organisations(actor, double, form.found))

    page = FormPage(
        "admin/merge.html", form, lambda: {"organisation": get_organisation(organisation_id)}
    )
    return page.answer(write, lambda: url_for("admin.organisation", organisation_id=form.found.id))


@limited("managing")
@repeatable("sets who speaks for it")
def set_spokesperson(organisation_id: int, member_id: int) -> ResponseReturnValue:
    """Say that a member speaks for their organisation, or does not any more."""
    actor, found = administrator(), get_organisation(organisation_id)
    member = find_member(member_id)
    if member is None or member.organisation_id != found.id:
        raise NotFound
    with atomic():
        services.set_spokesperson(actor, member, speaks="speaks" in request.form)
    return redirect(url_for("admin.organisation", organisation_id=organisation_id), 303)


def _organisation_context(organisation_id: int) -> dict[str, object]:
    found = get_organisation(organisation_id)
    return {"organisation": found, "members": list_members_of(found)}


def _moved(number: int) -> str:
    return str(
        ngettext(
            "The two are one now: %(num)d member has moved.",
            "The two are one now: %(num)d members have moved.",
            number,
        )
    )
