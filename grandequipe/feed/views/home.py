"""The first page: a member's own feed, a visitor's welcome."""

from flask import render_template, request

from grandequipe.feed.queries import find_reactions, list_coming_webinars, list_home_cards
from grandequipe.feed.views.request_args import requested_cursor, requested_kind
from grandequipe.groups.queries import count_invitations, list_public_groups
from grandequipe.members.identity import browser_session, viewer
from grandequipe.members.models import Member
from grandequipe.web.member_page_cache import allow_cache
from grandequipe.web.request_kind import wants_fragment

MOST_GROUPS = 6


def home() -> str:
    """Show what is new in a member's groups, or what this place is."""
    member = viewer()
    return _feed(member) if member else _welcome()


def _feed(member: Member) -> str:
    kind = requested_kind()
    page = list_home_cards(member, kind, requested_cursor())
    reacted = find_reactions(member, page.items)
    shown = {"page": page, "kind": kind, "is_older": bool(requested_cursor()), "reacted": reacted}
    if wants_fragment():
        return render_template("feed/_posts.html", **shown)
    allow_cache(request.environ, member.id, browser_session())
    beside = {
        "webinars": list_coming_webinars(member),
        "invitations": count_invitations(member),
    }
    return render_template("feed/home.html", **shown, **beside)


def _welcome() -> str:
    return render_template("feed/welcome.html", groups_to_read=list_public_groups(MOST_GROUPS))
