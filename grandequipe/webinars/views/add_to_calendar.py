"""Links that add an event to a calendar, or subscribe a program to one, by address alone.

Nothing is asked of another site until a reader follows one; what it learns then is what the event
says to that reader.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import urlencode

from flask import url_for

from grandequipe.core.calendars import CalendarEvent
from grandequipe.feed.models import Post, Webinar
from grandequipe.groups.policies import may_read
from grandequipe.members.identity import viewer
from grandequipe.members.models import Member
from grandequipe.webinars.models import AgendaEntry, entry_of
from grandequipe.webinars.queries.holders import HeldRegistration
from grandequipe.webinars.services.calendar_feeds import EventWriter

GOOGLE = "https://calendar.google.com/calendar"
# For private accounts, and for those of organisations.
OUTLOOK = {
    "Outlook.com": "https://outlook.live.com/calendar/0",
    "Outlook (Microsoft 365)": "https://outlook.office.com/calendar/0",
}
# Addresses of some two thousand characters open everywhere.
LONGEST_DETAILS, LONGEST_TITLE = 800, 300


class ProgramLink(NamedTuple):
    """A link to a calendar program, named as its makers do; none where it is any program."""

    name: str | None
    url: str


def load_links_of_webinar(post: Post, reader: Member | None) -> dict[str, object] | None:
    """Load what adds a webinar to a calendar; it stands right below its registrations."""
    return _loaded(post) if isinstance(post, Webinar) else None


def load_links_to_add(post: Post) -> dict[str, object] | None:
    """Load what adds another published post to a calendar; None without a date to come."""
    return None if isinstance(post, Webinar) else _loaded(post)


def links_of_holder(held: HeldRegistration) -> Sequence[ProgramLink]:
    """Give the links that add a webinar to the calendar of who holds a registration to it.

    Without logging in the file is there for webinars that everybody reads.
    """
    webinar = held.webinar
    if webinar is None or not (held.is_readable and held.registration.is_active):
        return ()
    reads = any(may_read(viewer(), each.group) for each in webinar.published)
    return [each for each in _links_of(webinar) if each.name or reads]


def _loaded(post: Post) -> dict[str, object] | None:
    links = _links_of(post)
    return {"programs": links} if links else None


def _links_of(post: Post) -> Sequence[ProgramLink]:
    entry = entry_of(post) if post.is_published else None
    if entry is None or entry.is_over or entry.is_cancelled:
        return ()
    return links_to_add(entry)


def links_to_add(entry: AgendaEntry) -> Sequence[ProgramLink]:
    """Give the links that add an event to the calendar programs that people use."""
    event = EventWriter().event(entry, blocks_time=True)
    return [
        ProgramLink(None, url_for("webinars.event_calendar", post_id=entry.id)),
        ProgramLink("Google Agenda", _google(event)),
        *(ProgramLink(name, _outlook(base, event)) for name, base in OUTLOOK.items()),
    ]


def subscriptions_to(address: str) -> Sequence[ProgramLink]:
    """Give the links that subscribe calendar programs to the calendar at an address."""
    any_program = "webcal:" + address.partition(":")[2]
    query = urlencode({"url": address, "name": "Grande Équipe"})
    return [
        ProgramLink(None, any_program),
        ProgramLink("Google Agenda", f"{GOOGLE}/r?{urlencode({'cid': any_program})}"),
        *(ProgramLink(name, f"{base}/addfromweb?{query}") for name, base in OUTLOOK.items()),
    ]


def _google(event: CalendarEvent) -> str:
    ends_at = event.ends_at or event.starts_at
    dates = "/".join(
        f"{each.astimezone(UTC):%Y%m%dT%H%M%SZ}" for each in (event.starts_at, ends_at)
    )
    query = {
        "action": "TEMPLATE",
        "text": event.title[:LONGEST_TITLE],
        "dates": dates,
        "details": event.description[:LONGEST_DETAILS],
        "location": event.place,
    }
    return f"{GOOGLE}/render?{urlencode(query)}"


def _outlook(base: str, event: CalendarEvent) -> str:
    query = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": event.title[:LONGEST_TITLE],
        "startdt": _instant(event.starts_at),
        "enddt": _instant(event.ends_at or event.starts_at),
        "body": event.description[:LONGEST_DETAILS],
        "location": event.place,
    }
    return f"{base}/deeplink/compose?{urlencode(query)}"


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
