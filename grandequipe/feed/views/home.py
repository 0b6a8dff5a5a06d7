"""The first page: a member's own feed, a visitor's welcome."""

from flask import render_template, request

from grandequipe.feed.queries import find_reactions, list_coming_webinars, list_home_faces
from grandequipe.feed.views.asked import cursor_asked, kind_asked
from grandequipe.groups.queries import count_invitations, list_public_groups
from grandequipe.members.identity import browser_session, viewer
from grandequipe.members.models import Member
from grandequipe.web.asking import wants_fragment
from grandequipe.web.personal_cache import keep_for

MOST_GROUPS = 6


def home() -> str:
    """Show what is new in a member's groups, or what this place is."""
    member = viewer()
    return _feed(member) if member else _welcome()


def _feed(member: Member) -> str:
    kind = kind_asked()
    page = list_home_faces(member, kind, cursor_asked())
    reacted = find_reactions(member, page.items)
    shown = {"page": page, "kind": kind, "is_older": bool(cursor_asked()), "reacted": reacted}
    if wants_fragment():
        return render_template("feed/_posts.html", **shown)
    keep_for(request.environ, member.id, browser_session())
    beside = {
        "webinars": list_coming_webinars(member),
        "invitations": count_invitations(member),
    }
    return render_template("feed/home.html", **shown, **beside)


def _welcome() -> str:
    return render_template("feed/welcome.html", groups_to_read=list_public_groups(MOST_GROUPS))
