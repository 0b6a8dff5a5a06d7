"""The first page: a member's own feed, a visitor's welcome."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal

from grandequipe.feed.models import BOOKMARK
from grandequipe.feed.queries import (
    count_invitations,
    find_home_state,
    follows_something,
    list_coming_dates,
    list_home_cards,
    state_of_tag,
    welcome,
)
from grandequipe.feed.queries.bookmarks import find_marks
from grandequipe.feed.views.cards import render_cards
from grandequipe.feed.views.my_groups import my_groups
from grandequipe.feed.views.request_args import requested_cursor, requested_kind
from grandequipe.groups.queries import list_public_groups
from grandequipe.members.identity import browser_session, viewer
from grandequipe.members.models import Member
from grandequipe.web.entity_tags import headers_of, shell_state
from grandequipe.web.indexing import allow_index
from grandequipe.web.pages import render_page
from grandequipe.web.request_kind import wants_fragment

MOST_GROUPS = 6
MOST_POSTS = 4
MOST_WEBINARS = 3


def home() -> ResponseReturnValue:
    """Show what is new in a member's groups, or what this place is."""
    member = viewer()
    if member is None:
        return _welcome()
    if wants_fragment():
        return render_template("feed/_posts.html", **_posts(member))
    return _page(member)


def _page(member: Member) -> ResponseReturnValue:
    identity = member.id, browser_session()
    # Read before what the page shows: a change in between makes the tag old, never the page.
    shell, state = shell_state(), find_home_state(*identity)
    posts = _posts(member)
    cards = posts["page"].items
    kept = [post_id for post_id, marks in posts["marks"].items() if BOOKMARK in marks]
    if follows_something(state) and (posts["kind"] or posts["is_older"]):
        tag_state = None
    else:
        revisions = sum(card.revision for card in cards)
        tag_state = state_of_tag(state, revisions, sum(card.position for card in cards), kept)
    return (
        render_page(
            "feed/home.html",
            coming=list_coming_dates(member),
            invitations=count_invitations(state),
            **posts,
            my_groups=my_groups(member),
        ),
        headers_of(request.environ, identity, shell, tag_state, [card.id for card in cards]),
    )


def _posts(member: Member) -> dict[str, Any]:
    kind, cursor = requested_kind(), requested_cursor()
    page = list_home_cards(member, kind, cursor)
    marks = find_marks(member, page.items)
    cards = render_cards(page.items, reacts=True, marks=marks, show_group=True)
    return {
        "page": page, "kind": kind, "is_older": bool(cursor), "cards": cards, "marks": marks,
    }  # fmt: skip


def _welcome() -> str:
    allow_index(url_for("feed.home"))
    groups = list_public_groups(MOST_GROUPS)
    cards = welcome.list_public_cards(groups, MOST_POSTS)
    return render_page(
        "feed/welcome.html",
        groups_to_read=groups,
        figures=welcome.find_figures(),
        most_counted=welcome.MOST_COUNTED,
        in_figures=format_decimal,
        cards=render_cards(cards, reacts=False, marks={}, show_group=True),
        webinars=welcome.list_public_webinars(groups, MOST_WEBINARS),
    )
