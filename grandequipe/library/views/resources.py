"""The library: all resources that the reader may see."""

from flask.typing import ResponseReturnValue

from grandequipe.feed.queries.bookmarks import find_marks
from grandequipe.feed.views.cards import render_each
from grandequipe.library.models import Facet, Sort
from grandequipe.library.queries.facets import MOST_COUNTED, MOST_VALUES, count_facets
from grandequipe.library.queries.resources import list_resources
from grandequipe.library.views.choices import facet_names, named_values, read_choice, read_cursor
from grandequipe.library.views.exports import MOST_EXPORTED
from grandequipe.members.identity import viewer
from grandequipe.web.pages import render_page


def resources() -> ResponseReturnValue:
    """Show a page of the library; with `affiner`, by what it can be narrowed."""
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
