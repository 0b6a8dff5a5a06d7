"""Finding organisations, the page of one, and adding one that is not known."""

from urllib.parse import urlsplit

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from grandequipe.core.cleaning import cleaned_line
from grandequipe.core.errors import Invalid
from grandequipe.core.html import paragraphs
from grandequipe.core.text_validation import too_long
from grandequipe.core.transactions import atomic
from grandequipe.core.windows import Window
from grandequipe.feed.models import Label
from grandequipe.feed.queries import count_followers, find_follows
from grandequipe.feed.views.labels import follow_label, read_posts
from grandequipe.members.identity import acting_member, viewer
from grandequipe.members.models import Member, Organisation, OrganisationKind
from grandequipe.members.queries import suggest_organisations
from grandequipe.members.services.organisations import add_organisation
from grandequipe.organisations import policies
from grandequipe.organisations.forms import KINDS, NewOrganisationForm
from grandequipe.organisations.queries import lists, people
from grandequipe.taxonomies.queries import find_territories, find_themes, list_themes
from grandequipe.web.form_rules import repeatable, unkeyed
from grandequipe.web.indexing import allow_index
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited_form
from grandequipe.web.request_kind import wants_fragment

LONGEST_SUGGESTED = 80


def index() -> ResponseReturnValue:
    """List the organisations that the reader finds, by name, and as the filters ask."""
    if not request.args:
        allow_index(url_for("organisations.index"))
    reader, words = viewer(), cleaned_line(request.args.get("q", "")).strip()
    place = cleaned_line(request.args.get("territoire", "")).strip("; ")
    kind, slug = request.args.get("type", ""), request.args.get("theme", "")
    territory = next(iter(find_territories([place]) if place else ()), None)
    wanted = lists.OrganisationFilter(
        words=words[: lists.LONGEST_WORDS],
        kind=OrganisationKind(kind) if kind in list(OrganisationKind) else None,
        territory=territory,
        theme=next(iter(find_themes([slug]) if slug and "\x00" not in slug else ()), None),
    )
    errors = {}
    if len(words) > lists.LONGEST_WORDS:
        errors["q"] = too_long(lists.LONGEST_WORDS)
    if place and territory is None:
        errors["territory"] = _("Choose a territory from the list.")
    page: Window[Organisation] = Window((), None)
    if not errors:
        page = lists.list_organisations(wanted, reader, request.args.get("cursor"))
    rendered = render_page(
        "organisations/index.html",
        wanted=wanted,
        words=words,
        place=territory.label if territory else place,
        page=page,
        errors=errors,
        found=None if wanted.is_empty or errors else lists.count_organisations(wanted, reader),
        kinds_of_organisations=KINDS,
        themes=list_themes(),
    )
    return rendered, 422 if errors else 200


def suggestions() -> str:
    """Give the names of organisations as options, for those who type one."""
    acting_member()
    typed = request.args.get("q", "")[:LONGEST_SUGGESTED]
    return render_template("organisations/_suggestions.html", found=suggest_organisations(typed))


def show(organisation_id: int) -> ResponseReturnValue:
    """Show an organisation; a double leads to what it became."""
    reader = viewer()
    organisation = lists.get_organisation(organisation_id, reader)
    if organisation.merged_into_id is not None:
        kept = lists.get_single(organisation.merged_into_id, reader)
        return redirect(url_for("organisations.show", organisation_id=kept.id), 301)
    if reader is None and not request.args:
        allow_index(url_for("organisations.show", organisation_id=organisation_id))
    label = Label.of(organisation)
    posts = {} if request.args.get("personnes") else read_posts(label)
    if posts and wants_fragment():
        return render_template("feed/_label_posts.html", **posts)
    cursor = request.args.get("personnes")
    if cursor == "fin":
        confirmed: Window[Member] = Window((), None)
    else:
        confirmed = people.list_people(organisation, reader, cursor, confirmed=True)
    stated: Window[Member] = Window((), None)
    if confirmed.next is None:
        stated = people.list_people(
            organisation, reader, request.args.get("suite"), confirmed=False
        )
    return render_page(
        "organisations/show.html",
        organisation=organisation,
        kind_word=KINDS[organisation.kind],
        description=Markup(paragraphs(organisation.description)),  # noqa: S704 - escaped there
        host=_host(organisation.website),
        confirmed=confirmed,
        stated=stated,
        is_older=bool(cursor or request.args.get("suite") or request.args.get("cursor")),
        follows=label.key in find_follows(reader, label),
        followers=count_followers(organisation),
        label=label,
        **{name: value for name, value in posts.items() if name != "label"},
        people_count=people.count_people(organisation, reader),
        is_run=people.count_managers(organisation) > 0,
        runs=policies.may_run(reader, organisation),
        may_claim=reader is not None and policies.may_claim(reader, organisation),
    )


@takes(NewOrganisationForm)
@limited_form("groups")
@repeatable("an organisation of a name is added once")
def create() -> ResponseReturnValue:
    """Add an organisation that nobody runs yet."""
    member, form = acting_member(), NewOrganisationForm()
    if form.validate_on_submit():
        try:
            with atomic():
                organisation, is_new = add_organisation(member, form.input())
        except Invalid as refused:
            form.show(refused)
        else:
            if is_new:
                flash(_("The organisation has been added. You can ask to run its page."), "success")
            else:
                flash(_("This organisation is known already: here it is."), "info")
            return redirect(url_for("organisations.show", organisation_id=organisation.id), 303)
    page = render_page("organisations/create.html", form=form)
    return page, 422 if form.errors else 200


@unkeyed("says whether one follows an organisation")
def follow(organisation_id: int) -> ResponseReturnValue:
    """Follow an organisation, or no longer."""
    member = acting_member()
    return follow_label(member, lists.get_single(organisation_id, member))


def _host(website: str | None) -> str:
    """Give the host of an address, which a link shows in its place."""
    return (urlsplit(website or "").hostname or "").removeprefix("www.")
