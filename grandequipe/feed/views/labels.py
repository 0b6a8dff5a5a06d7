"""Themes and territories: the pages of their posts, and following them."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext as _

from grandequipe.core.cleaning import cleaned_line
from grandequipe.core.transactions import atomic
from grandequipe.feed import queries, services
from grandequipe.feed.models import Label
from grandequipe.feed.queries.bookmarks import find_marks
from grandequipe.feed.slots import FOLLOWS, THEME
from grandequipe.feed.views.cards import render_cards
from grandequipe.feed.views.request_args import requested_cursor
from grandequipe.members.identity import acting_member, viewer
from grandequipe.members.models import Member, Organisation
from grandequipe.taxonomies.models import LocalizedName, Territory, Theme
from grandequipe.taxonomies.queries import list_themes_by_heading
from grandequipe.web.form_rules import unkeyed
from grandequipe.web.indexing import allow_index
from grandequipe.web.pages import render_page
from grandequipe.web.request_kind import wants_fragment
from grandequipe.web.slots import LoadedSlot, load_slot


def address_of_label(label: Label, **params: Any) -> str:
    """Give the address of the posts under a theme, a territory or an organisation."""
    if label.is_organisation:
        return url_for("organisations.show", organisation_id=int(label.code), **params)
    if label.is_theme:
        return url_for("feed.theme_page", slug=label.code, **params)
    return url_for("feed.territory_page", code=label.code, **params)


def name_of_label(label: Label) -> LocalizedName:
    """Give the name of a theme or a territory, in the language of the page where it has one."""
    return label.named_in(str(get_locale()))


def themes() -> str:
    """List all themes by family, and the régions, from which a reader goes on."""
    allow_index(url_for("feed.themes"))
    headings = list_themes_by_heading(str(get_locale()))
    return render_page(
        "feed/themes.html",
        headings={name: [Label.of(each) for each in under] for name, under in headings.items()},
        regions=[Label.of(each) for each in queries.list_regions()],
        followed=queries.find_follows(viewer()),
    )


def theme_page(slug: str) -> str:
    """Show the posts under a theme that the reader may see."""
    theme = queries.get_theme(slug)
    above = theme.parent
    page = read_posts(Label.of(theme))
    if wants_fragment():
        return render_template("feed/_label_posts.html", **page)
    around = load_slot(THEME, theme=theme, reader=viewer())
    return render_label("feed/label.html", page, around, above=Label.of(above) if above else None)


def read_posts(label: Label) -> dict[str, Any]:
    """Read a page of the posts under a label, as its page and what is added to it show them."""
    member, cursor = viewer(), requested_cursor()
    page = queries.list_label_cards(label.key, member, cursor)
    marks = find_marks(member, page.items)
    return {
        "label": label,
        "page": page,
        "cards": render_cards(page.items, reacts=False, marks=marks, show_group=True),
        "older": address_of_label(label, cursor=page.next) if page.next else None,
    }


def render_label(template: str, page: dict[str, Any], around: LoadedSlot, **context: object) -> str:
    """Render the page of a label, with what packages above know of it."""
    label = page["label"]
    if not (is_older := bool(requested_cursor())):
        allow_index(address_of_label(label))
    return render_page(
        template,
        around,
        around=around.name,
        is_older=is_older,
        follows=label.key in queries.find_follows(viewer(), label),
        **page,
        **context,
    )


@unkeyed("says whether one follows a theme")
def follow_theme(slug: str) -> ResponseReturnValue:
    """Follow a theme, or no longer."""
    return follow_label(acting_member(), queries.get_theme(slug))


@unkeyed("says whether one follows a territory")
def follow_territory(code: str) -> ResponseReturnValue:
    """Follow a territory, or no longer."""
    return follow_label(acting_member(), queries.get_territory(code)[0])


def follow_label(member: Member, named: Theme | Territory | Organisation) -> ResponseReturnValue:
    """Follow a label, or no longer, as the form says; answer with its button or its page."""
    follows, label = "take_back" not in request.form, Label.of(named)
    with atomic():
        (services.follow if follows else services.unfollow)(member, named)
    is_listed = "listed" in request.form
    if wants_fragment():
        return render_template("feed/_follow.html", label=label, follows=follows, listed=is_listed)
    name = name_of_label(label).text
    if follows:
        said = _("You now follow %(name)s: its public posts reach your home page.", name=name)
    else:
        said = _("You no longer follow %(name)s.", name=name)
    flash(said, "success")
    if is_listed:
        left = None if follows else label.key
        return redirect(url_for("feed.follows", quitte=left), 303)
    return redirect(address_of_label(label), 303)


def follows() -> str:
    """List what a member follows, each to be left by a button, and followed again by the same.

    `quitte` in the address is the key of the label that was left last: its row stays.
    """
    member = acting_member()
    followed = queries.list_follows(member)
    keys = {each.key for each in followed}
    left = queries.find_label(cleaned_line(request.args.get("quitte", "")))
    shown = [*followed, *([left] if left and left.key not in keys else [])]
    themes = [each for each in shown if each.is_theme]
    organisations = [each for each in shown if each.is_organisation]
    places = [each for each in shown if not (each.is_theme or each.is_organisation)]
    return render_page(
        "feed/follows.html",
        load_slot(FOLLOWS, member=member),
        sections=[
            (_("Themes"), themes),
            (_("Territories"), places),
            (_("Organisations"), organisations),
        ],
        keys=keys,
    )
