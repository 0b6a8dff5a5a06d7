"""The themes of posts, and the organisations of members."""

from flask import Blueprint, flash, redirect, request, url_for
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
from grandequipe.core.errors import Conflict, Invalid, NotFound
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.members.models import Organisation, OrganisationKind
from grandequipe.members.queries import find_member, find_organisation
from grandequipe.members.services import organisations as services
from grandequipe.taxonomies.models import Theme
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
    if form.validate_on_submit():
        parents = {str(each.id): each for each in headings}
        try:
            with atomic():
                parent = parents.get(form.parent.data or "")
                add_theme(actor, parent, form.name.data or "", form.name_en.data or "")
        except Invalid as refused:
            form.show(refused)
        else:
            flash(_("The theme has been added."), "success")
            return redirect(url_for("admin.themes"), 303)
    page = render_page("admin/themes.html", form=form, themes=list_themes_with_counts())
    return page, 422 if form.errors else 200


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
    if form.validate_on_submit():
        try:
            with atomic():
                name_theme(actor, found, form.name.data or "", form.name_en.data or "")
        except Invalid as refused:
            form.show(refused)
        else:
            flash(_("The theme has been saved."), "success")
            return redirect(url_for("admin.themes"), 303)
    page = render_page("admin/theme.html", form=form, theme=db.session.get(Theme, theme_id))
    return page, 422 if form.errors else 200


def organisations() -> str:
    """Find organisations by name."""
    administrator()
    typed = request.args.get("q", "")
    return render_page("admin/organisations.html", q=typed, found=find_organisations(typed))


@takes(OrganisationForm)
@limited_form("managing")
@repeatable("sets what is known of it")
def organisation(organisation_id: int) -> ResponseReturnValue:
    """Show an organisation, and change what is known of it."""
    actor, found = administrator(), get_organisation(organisation_id)
    label = found.territory.label if found.territory else ""
    form = OrganisationForm(data={"name": found.name, "kind": found.kind, "territory": label})
    form.kind.choices = [(each.value, _kind_word(each)) for each in OrganisationKind]
    if form.validate_on_submit():
        kind = OrganisationKind(form.kind.data)
        chosen = services.OrganisationInput(form.name.data or "", kind, form.found)
        try:
            with atomic():
                services.change_organisation(actor, found, chosen)
        except Invalid as refused:
            form.show(refused)
        else:
            flash(_("The organisation has been saved."), "success")
            return redirect(url_for("admin.organisation", organisation_id=organisation_id), 303)
    found = get_organisation(organisation_id)
    members = list_members_of(found)
    page = render_page("admin/organisation.html", form=form, organisation=found, members=members)
    return page, 422 if form.errors else 200


@takes(MergeForm)
@limited_form("managing")
@repeatable("a double is merged once")
def merge(organisation_id: int) -> ResponseReturnValue:
    """Merge a double into the organisation that stays."""
    actor, double, form = administrator(), get_organisation(organisation_id), MergeForm()
    if form.validate_on_submit():
        kept = find_organisation(form.kept.data or "")
        try:
            if kept is None:
                raise Invalid({"kept": _("No organisation has this name.")})
            with atomic():
                moved = services.merge_organisations(actor, double, kept)
        except Invalid as refused:
            form.show(refused)
        except Conflict as overtaken:
            form.form_errors.append(overtaken.message)
        else:
            flash(_moved(moved), "success")
            return redirect(url_for("admin.organisation", organisation_id=kept.id), 303)
    found = db.session.get_one(Organisation, organisation_id)
    page = render_page("admin/merge.html", form=form, organisation=found)
    return page, 422 if form.errors else 200


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


def _moved(number: int) -> str:
    return str(
        ngettext(
            "The two are one now: %(num)d member has moved.",
            "The two are one now: %(num)d members have moved.",
            number,
        )
    )


def _kind_word(kind: OrganisationKind) -> str:
    words = {
        OrganisationKind.ASSOCIATION: _("Charity or association"),
        OrganisationKind.SOCIAL_CENTRE: _("Community centre"),
        OrganisationKind.LOCAL_AUTHORITY: _("Local authority"),
        OrganisationKind.LANDLORD: _("Social landlord"),
        OrganisationKind.SOCIAL_ENTERPRISE: _("Social enterprise"),
        OrganisationKind.RESIDENTS_COUNCIL: _("Residents’ council"),
        OrganisationKind.STATE_SERVICE: _("Government service"),
        OrganisationKind.OTHER: _("Other organisation"),
    }
    return str(words[kind])
