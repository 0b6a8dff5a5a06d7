"""Webinars in the calendars of other programs.

Guarantee: no calendar holds the address of a room. It leads to the page of the room, which asks at
that moment whether its reader may join: calendars are kept, shared and read by others.
"""

from collections.abc import Sequence

from flask_babel import gettext as _

from grandequipe.core import clock
from grandequipe.core.calendars import (
    CalendarEvent,
    EventStatus,
    Method,
    Person,
    uid_of,
    write_calendar,
)
from grandequipe.core.errors import NotFound
from grandequipe.core.lines import one_line
from grandequipe.core.mail import rendering
from grandequipe.core.mail.messages import wire_address
from grandequipe.extensions import db
from grandequipe.feed.models import Webinar
from grandequipe.feed.models.posts import POST_SUBJECT
from grandequipe.webinars.models import Registration, RegistrationState
from grandequipe.webinars.services.links import registration_url

# A waiting person may still come.
UNCERTAIN = (RegistrationState.UNCONFIRMED, RegistrationState.WAITING, RegistrationState.OFFERED)


def invitation_of(registration: Registration, method: Method = Method.REQUEST) -> bytes:
    """Write the calendar that goes with a mail about a registration (`core.mail.Mail.calendar`).

    The mail programs of its person take the webinar over, change it where they have it, or with
    CANCEL remove it. Raises NotFound where the webinar is gone, and MailRefused for an address
    that no mail program reads.
    """
    event = _event_of(registration, is_cancelled=method is Method.CANCEL)
    return write_calendar(
        [event],
        event.title,
        method=method,
        organizer=Person(rendering.site_name(), rendering.sender()),
        attendee=Person(registration.person_name, wire_address(registration.address)),
    )


def dates_of(registrations: Sequence[Registration]) -> bytes:
    """Write a calendar of several dates of one person, for a mail about all of them.

    A registration that is cancelled is a cancelled date. Raises as above.
    """
    events = [
        _event_of(each, is_cancelled=each.state is RegistrationState.CANCELLED)
        for each in registrations
    ]
    return write_calendar(
        events,
        events[0].title,
        method=Method.PUBLISH,
        organizer=Person(rendering.site_name(), rendering.sender()),
    )


def _event_of(registration: Registration, *, is_cancelled: bool) -> CalendarEvent:
    webinar = db.session.get(Webinar, registration.post_id)
    if webinar is None or webinar.starts_at is None or webinar.ends_at is None:
        raise NotFound
    status = EventStatus.TENTATIVE if registration.state in UNCERTAIN else EventStatus.CONFIRMED
    locale = registration.person_locale or rendering.default_locale()
    with rendering.in_language_of(locale):
        return CalendarEvent(
            uid=uid_of(POST_SUBJECT, webinar.id, webinar.created_at),
            starts_at=webinar.starts_at,
            ends_at=webinar.ends_at,
            time_zone=str(webinar.time_zone),
            title=one_line(webinar.title),
            # Of two messages of one sequence programs believe the later (RFC 5546, 2.1.5).
            changed_at=clock.now(),
            sequence=webinar.revision,
            description=_describe(webinar, registration),
            place=one_line(webinar.venue or "") or room_url(webinar.id),
            url=rendering.address_of("feed.post_page", post_id=webinar.id),
            status=EventStatus.CANCELLED if is_cancelled else status,
        )


def room_url(post_id: int) -> str:
    """Give the full address of the page that leads those who may to the room of a webinar."""
    return rendering.address_of("webinars.room", post_id=post_id)


def _describe(webinar: Webinar, registration: Registration) -> str:
    # A person without an account finds the room by their own page alone.
    address = room_url(webinar.id) if registration.member_id else registration_url(registration)
    parts = [webinar.summary]
    if webinar.join_url or not webinar.venue:
        parts.append(_("To join: %(address)s", address=address))
    if webinar.venue_access:
        parts.append(_("Access for disabled people: %(access)s", access=webinar.venue_access))
    if webinar.venue_map_url:
        parts.append(_("Map: %(address)s", address=webinar.venue_map_url))
    return "\n\n".join(part for part in parts if part)
