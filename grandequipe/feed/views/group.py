"""A group's page: what it is, and what is published in it."""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

from flask import render_template, url_for
from markupsafe import Markup

from grandequipe.core.events.queries import get_head
from grandequipe.core.transactions import atomic
from grandequipe.core.windows import Window
from grandequipe.feed import policies
from grandequipe.feed.queries import PostCard, list_group_cards
from grandequipe.feed.queries.bookmarks import find_marks
from grandequipe.feed.views.cards import render_cards
from grandequipe.feed.views.request_args import requested_cursor, requested_kind
from grandequipe.groups.models import Group, MembershipState
from grandequipe.groups.policies import (
    is_member,
    may_join,
    may_moderate,
    may_read,
    owes_acceptance,
)
from grandequipe.groups.queries import find_invitation_to, find_membership, get_group, list_team
from grandequipe.groups.services import mark_seen
from grandequipe.groups.slots import TABS
from grandequipe.members.identity import viewer
from grandequipe.members.models import Member
from grandequipe.web.indexing import allow_index
from grandequipe.web.pages import render_page
from grandequipe.web.request_kind import is_page_view, wants_fragment
from grandequipe.web.slots import load_slot

NOTHING: Mapping[int, Collection[str]] = MappingProxyType({})


def group_page(slug: str) -> str:
    """Show a group's newest posts to its readers, and how to join to others."""
    member = viewer()
    group = get_group(slug, seen_by=member)
    if member is None:
        return visitors_page(group)
    head = get_head(group.stream)
    answer = _members_page(group, member)
    if is_member(member, group) and _shows_the_newest():
        with atomic():
            mark_seen(member, group, head)
    return answer


def _shows_the_newest() -> bool:
    """Return whether a reader sees new posts here, on the page or by its button."""
    is_seen = wants_fragment() or is_page_view()
    return is_seen and not requested_cursor() and not requested_kind()


def visitors_page(group: Group) -> str:
    """Write the page that all visitors share: it holds nothing of any one of them."""
    shown = _posts_of(group, None)
    return _render(**shown, cards=_cards_of(shown["page"]), reads=group.is_public)


def _members_page(group: Group, member: Member) -> str:
    team = list_team(group, member)
    shown = _posts_of(group, member)
    membership = find_membership(member, group)
    is_invited = membership is not None and membership.state is MembershipState.INVITED
    marks = find_marks(member, shown["page"].items)
    return _render(
        **shown,
        cards=_cards_of(shown["page"], is_member(member, group), marks),
        reads=may_read(member, group),
        team=team if may_read(member, group) else (),
        membership=membership,
        invitation=find_invitation_to(member, group) if is_invited else None,
        may_publish=policies.may_publish(member, group),
        owes=owes_acceptance(member, group),
        may_join=may_join(member, group),
        moderates=may_moderate(member, group),
    )


def _posts_of(group: Group, member: Member | None) -> dict[str, Any]:
    kind, cursor = requested_kind(), requested_cursor()
    page = list_group_cards(group, member, kind, cursor)
    return {"group": group, "page": page, "kind": kind, "is_older": bool(cursor)}


def _cards_of(
    page: Window[PostCard], reacts: bool = False, marks: Mapping[int, Collection[str]] = NOTHING
) -> Markup:
    return render_cards(page.items, reacts=reacts, marks=marks, show_group=False)


def _render(group: Group, moderates: bool = False, **context: object) -> str:
    """Render the page, or the cards alone for an open page."""
    context |= {"group": group, "moderates": moderates}
    if wants_fragment():
        return render_template("feed/_posts.html", **context)
    is_first = not context["is_older"] and context["kind"] is None
    if is_first:
        address = url_for("feed.group_page", slug=group.slug)
        allow_index(address, is_public=group.is_public and group.review is None)
    tabs = load_slot(TABS, group=group, moderates=moderates)
    return render_page("feed/group.html", tabs, **context)
