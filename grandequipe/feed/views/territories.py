"""Territories as places: their pages, all of them, what is near a member, and the map."""

from collections.abc import Sequence

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grandequipe.core.cleaning import cleaned_line
from grandequipe.feed import queries
from grandequipe.feed.models import Label
from grandequipe.feed.queries import territories as places
from grandequipe.feed.queries.bookmarks import find_marks
from grandequipe.feed.slots import TERRITORY
from grandequipe.feed.views.cards import render_cards
from grandequipe.feed.views.labels import address_of_label, read_posts, render_label
from grandequipe.feed.views.map_shapes import department_map
from grandequipe.members.identity import acting_member, viewer
from grandequipe.taxonomies.models import Territory, TerritoryKind
from grandequipe.taxonomies.queries import list_above, list_territories_like
from grandequipe.taxonomies.views import LEVELS
from grandequipe.web.indexing import allow_index
from grandequipe.web.pages import render_page
from grandequipe.web.request_kind import wants_fragment
from grandequipe.web.slots import load_slot

LONGEST_QUERY = 80


def territory_page(code: str) -> ResponseReturnValue:
    """Show who acts in a territory, what is coming, and the posts that the reader may see."""
    territory, _above = queries.get_territory(code)
    if code != territory.code:
        cursor = request.args.get("cursor")
        address = url_for("feed.territory_page", code=territory.code, cursor=cursor)
        return redirect(address, 301)
    reader = viewer()
    page = read_posts(Label.of(territory))
    if wants_fragment():
        return render_template("feed/_label_posts.html", **page)
    above = list_above(territory)
    nearest = None if page["page"].items else places.find_nearest_with_posts(above, reader)
    return render_label(
        "feed/territory.html",
        page,
        load_slot(TERRITORY, territory=territory, reader=reader),
        territory=territory,
        trail=_trail_to(territory, above),
        towns=[Label.of(each) for each in above if each.kind is TerritoryKind.MUNICIPALITY],
        within=places.list_within(territory, reader),
        nearest=Label.of(nearest) if nearest else None,
    )


def _trail_to(territory: Territory, above: Sequence[Territory]) -> list[tuple[str, str]]:
    """Give the names and addresses of what holds a territory, by its first commune."""
    by_code = {each.code: each for each in above}
    trail: list[tuple[str, str]] = []
    parent = by_code.get(territory.parent_code or "")
    while parent is not None:
        trail.insert(0, (parent.name, address_of_label(Label.of(parent))))
        parent = by_code.get(parent.parent_code or "")
    return trail


def territories() -> str:
    """List the régions, and find any territory by its name."""
    typed = cleaned_line(request.args.get("q", ""))[:LONGEST_QUERY].strip()
    if not request.args:
        allow_index(url_for("feed.territories"))
    return render_page(
        "feed/territories.html",
        typed=typed,
        found=list_territories_like(typed) if typed else (),
        levels=LEVELS,
        regions=[Label.of(each) for each in queries.list_regions()],
        followed=queries.find_follows(viewer()),
    )


def near() -> str:
    """Show the newest posts around a member: of their town, then wider."""
    member = acting_member()
    own = places.find_own_territory(member)
    levels = places.list_near(own, member) if own else ()
    marks = find_marks(member, [card for level in levels for card in level.items])
    return render_page(
        "feed/near.html",
        own=Label.of(own) if own else None,
        levels=[
            (
                Label.of(level.territory),
                render_cards(level.items, reacts=False, marks=marks, show_group=True),
                level,
            )
            for level in levels
        ],
    )


def territory_map() -> str:
    """Show the départements on a map and in a table, with what there is for the reader."""
    reader = viewer()
    departments = places.list_departments()
    posts = places.count_posts_by_department(reader)
    counted = [(each.title, each.count_for(reader)) for each in places.more_counts]
    allow_index(url_for("feed.territory_map"))
    return render_page(
        "feed/map.html",
        departments=departments,
        posts=posts,
        columns=[(title, numbers) for title, numbers in counted if numbers is not None],
        most=places.MOST_COUNTED,
        map=department_map(departments),
    )
