"""Calendars for other programs, and the private addresses at which they read them."""

from flask import Response, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext as _

from grandequipe.core.calendars import CONTENT_TYPE
from grandequipe.core.cleaning import cleaned_line
from grandequipe.core.errors import NotFound
from grandequipe.core.feeds import Feed
from grandequipe.core.mail import rendering
from grandequipe.core.transactions import atomic
from grandequipe.groups.models import Group
from grandequipe.groups.policies import may_read
from grandequipe.groups.queries import get_group
from grandequipe.members.identity import acting_member, viewer
from grandequipe.members.models import Member, Purpose
from grandequipe.members.queries import get_private_address, list_private_addresses
from grandequipe.members.services import (
    create_private_address,
    note_reading,
    revoke_private_address,
)
from grandequipe.web.feeds import HEADERS, feed_response
from grandequipe.web.form_rules import repeatable, unkeyed
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited_form
from grandequipe.webinars.queries.agenda import get_entry
from grandequipe.webinars.services.calendar_feeds import (
    event_calendar,
    group_feed,
    member_feed,
)
from grandequipe.webinars.views.add_to_calendar import subscriptions_to

# A key is shown once, on the page after the one that makes it.
NEW_KEY = "new_calendar_key"


def event(post_id: int) -> ResponseReturnValue:
    """Answer the calendar of one event, to be taken over once."""
    entry = get_entry(post_id, viewer())
    return _calendar(event_calendar(entry, str(get_locale())), f"publication-{post_id}")


def group(slug: str) -> ResponseReturnValue:
    """Answer the calendar of a group, to a reader who may read it: programs read public ones."""
    member = viewer()
    return _feed(group_feed(_readable(slug, member), member), slug)


def own(key: str) -> ResponseReturnValue:
    """Answer the calendar of the member whose key this is, or of one group that they read.

    A key that was revoked is as one that never was.
    """
    found = get_private_address(key, Purpose.CALENDAR)
    member, slug = found.member, cleaned_line(request.args.get("groupe", ""))
    if slug:
        feed = group_feed(_readable(slug, member), member)
    else:
        feed = member_feed(member, only_registered=request.args.get("quoi") == "inscriptions")
    answer = _feed(feed, slug or "agenda")
    with atomic():
        note_reading(found)
    return answer


def _readable(slug: str, member: Member | None) -> Group:
    found = get_group(slug, seen_by=member)
    if not may_read(member, found):
        raise NotFound
    return found


def _feed(feed: Feed, name: str) -> Response:
    return feed_response(feed, CONTENT_TYPE, f"{name}.ics")


def _calendar(content: bytes, name: str) -> Response:
    disposition = f'inline; filename="{name}.ics"'
    headers = {**HEADERS, "Content-Disposition": disposition}
    return Response(content, content_type=CONTENT_TYPE, headers=headers)


def subscribe() -> str:
    """Show how programs read the agenda, and the keys by which they do."""
    member = acting_member()
    key = session.pop(NEW_KEY, None)
    address = rendering.address_of("webinars.own_calendar", key=key) if key else None
    return render_page(
        "webinars/subscribe.html",
        addresses=list_private_addresses(member, Purpose.CALENDAR),
        address=address,
        registered=f"{address}?quoi=inscriptions" if address else None,
        programs=subscriptions_to(address) if address else (),
    )


@unkeyed("makes one more key, which can be revoked; the oldest of many ends")
@limited_form("managing")
def create_key() -> ResponseReturnValue:
    """Make a private address, which the next page shows, once."""
    member = acting_member()
    with atomic():
        session[NEW_KEY] = create_private_address(member, Purpose.CALENDAR)
    return redirect(url_for("webinars.subscribe"), 303)


@repeatable("what is revoked stays revoked")
def revoke_key(address_id: int) -> ResponseReturnValue:
    """Revoke a private address."""
    member = acting_member()
    with atomic():
        revoke_private_address(member, Purpose.CALENDAR, address_id)
    flash(_("Programs with this address read nothing any more."), "success")
    return redirect(url_for("webinars.subscribe"), 303)
