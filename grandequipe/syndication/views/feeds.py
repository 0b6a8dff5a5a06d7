"""Feeds in Atom: what is public at public addresses, what one reads at a private one."""

from functools import partial

from flask import redirect, request
from flask.typing import ResponseReturnValue

from grandequipe.core.cleaning import cleaned_line
from grandequipe.core.errors import NotFound
from grandequipe.core.feeds import Feed
from grandequipe.core.mail import rendering
from grandequipe.core.transactions import atomic
from grandequipe.feed.models import Label
from grandequipe.feed.queries import get_territory, get_theme
from grandequipe.feed.views.request_args import requested_cursor
from grandequipe.groups.models import Group
from grandequipe.groups.policies import may_read
from grandequipe.groups.queries import get_group
from grandequipe.members.models import Member, Purpose
from grandequipe.members.queries import get_private_address
from grandequipe.members.services import note_reading
from grandequipe.syndication.services.atom import CONTENT_TYPE
from grandequipe.syndication.services.feeds import (
    group_feed,
    home_feed,
    label_feed,
    with_address,
)
from grandequipe.web.feeds import feed_response


def group(slug: str) -> ResponseReturnValue:
    """Answer the feed of a public group; programs read others by a private address alone."""
    feed = group_feed(_readable(slug, None), None, requested_cursor())
    return _answer(feed, slug, rendering.address_of("syndication.group_feed", slug=slug))


def theme(slug: str) -> ResponseReturnValue:
    """Answer the feed of the public posts under a theme."""
    label = Label.of(get_theme(slug))
    page = rendering.address_of("feed.theme_page", slug=slug)
    feed = label_feed(label, page, requested_cursor())
    return _answer(feed, slug, rendering.address_of("syndication.theme_feed", slug=slug))


def territory(code: str) -> ResponseReturnValue:
    """Answer the feed of the public posts about a territory, or one within it."""
    found, _above = get_territory(code)
    address = rendering.address_of("syndication.territory_feed", code=found.code)
    if code != found.code:
        return redirect(address, 301)
    page = rendering.address_of("feed.territory_page", code=code)
    return _answer(label_feed(Label.of(found), page, requested_cursor()), code, address)


def home(key: str) -> ResponseReturnValue:
    """Answer what is new for the member whose address this is, or in one group that they read.

    An address that was revoked is as one that never was.
    """
    found = get_private_address(key, Purpose.FEED)
    member, cursor = found.member, requested_cursor()
    slug = cleaned_line(request.args.get("groupe", ""))
    address = rendering.address_of("syndication.home_feed", key=key, groupe=slug or None)
    if slug:
        feed = group_feed(_readable(slug, member), member, cursor)
    else:
        feed = home_feed(member, cursor)
    answer = _answer(feed, slug or "flux", address)
    with atomic():
        note_reading(found)
    return answer


def _readable(slug: str, member: Member | None) -> Group:
    found = get_group(slug, seen_by=member)
    if not may_read(member, found):
        raise NotFound
    return found


def _answer(feed: Feed, name: str, address: str) -> ResponseReturnValue:
    return feed_response(feed, CONTENT_TYPE, f"{name}.atom", partial(with_address, address=address))
