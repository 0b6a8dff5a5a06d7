"""The library: all resources that the reader may see."""

from collections.abc import Mapping
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from grandequipe.feed.queries.bookmarks import find_marks
from grandequipe.feed.views.cards import render_each
from grandequipe.library.models import Facet, LibraryFilter, Sort
from grandequipe.library.queries.facets import MOST_COUNTED, MOST_VALUES, count_facets
from grandequipe.library.queries.resources import list_resources
from grandequipe.library.views.choices import facet_names, named_values, read_choice, read_cursor
from grandequipe.library.views.exports import MOST_EXPORTED
from grandequipe.members.identity import viewer
from grandequipe.members.models import Member
from grandequipe.taxonomies.models import Territory, Theme
from grandequipe.web.indexing import allow_index
from grandequipe.web.pages import render_page

# On the page of a theme or territory.
MOST_BESIDE = 5


def resources() -> ResponseReturnValue:
    """Show a page of the library; with `affiner`, by what it can be narrowed."""
    if not request.args:
        allow_index(url_for("library.resources"))
    member = viewer()
    choice = read_choice(member)
    cursor = read_cursor(choice)
    page = list_resources(choice.filter, member, cursor)
    cards = [each.card for each in page.items]
    counts = count_facets(choice.filter, member) if choice.is_refining else None
    names = facet_names()
    return render_page(
        "library/resources.html",
        choice=choice,
        page=page,
        cards=render_each(cards, reacts=False, marks=find_marks(member, cards), show_group=True),
        is_later=bool(cursor),
        facet_names=names,
        facets=[
            (facet, names[facet], named_values(counts.values[facet]))
            for facet in names
            if facet in counts.values
        ]
        if counts
        else (),
        counts=counts,
        most_counted=MOST_COUNTED,
        most_values=MOST_VALUES,
        most_exported=MOST_EXPORTED,
        sorts=Sort,
        territory=choice.chosen.get(Facet.TERRITORY),
    )


def load_about_territory(territory: Territory, reader: Member | None) -> Mapping[str, Any] | None:
    """Load the newest resources about a territory, if the reader sees any."""
    return _load_newest(Facet.TERRITORY, territory.code, territory.code, reader)


def load_about_theme(theme: Theme, reader: Member | None) -> Mapping[str, Any] | None:
    """Load the newest resources about a theme, if the reader sees any."""
    return _load_newest(Facet.THEME, f"T{theme.id}", theme.slug, reader)


def _load_newest(
    facet: Facet, key: str, word: str, reader: Member | None
) -> Mapping[str, Any] | None:
    newest = list_resources(LibraryFilter({facet: key}), reader, limit=MOST_BESIDE).items
    params: dict[str, Any] = {facet.value: word}
    address = url_for("library.resources", **params)
    return {"newest_resources": newest, "resources_address": address} if newest else None
