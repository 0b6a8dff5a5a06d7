"""Calendar programs take webinars over, and never learn where a room is."""

from datetime import timedelta

import icalendar

from grandequipe.core import clock
from grandequipe.core.calendars import Method
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Kind, Webinar
from grandequipe.webinars.models import Registration, RegistrationMode, RegistrationState
from grandequipe.webinars.services.calendars import invitation_of
from tests.factories import Cast, make_post

ROOM = "https://visio.example.org/secret"


def make_webinar(cast: Cast, **values: object) -> Webinar:
    """Announce a webinar of Amina's for ten days from now, with a room."""
    starts_at = (clock.now() + timedelta(days=10)).replace(microsecond=0)
    times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1)}
    post = make_post(cast.amina, cast.ess, Kind.WEBINAR, **{**times, "join_url": ROOM, **values})
    assert isinstance(post, Webinar)
    return post


def going(webinar: Webinar, **values: object) -> Registration:
    """Register somebody."""
    with atomic():
        usual = {"mode": RegistrationMode.SEAT, "state": RegistrationState.GOING}
        registration = Registration(post_id=webinar.id, **{**usual, **values})
        db.session.add(registration)
        db.session.flush()
    return registration


def test_what_changes_keeps_its_uid_and_counts_up(cast: Cast) -> None:
    webinar = make_webinar(cast)
    registration = going(webinar, member_id=cast.chloe.id)
    first = event_of(registration)
    with atomic():
        details = webinar.details
        details.starts_at += timedelta(hours=3)
        details.ends_at += timedelta(hours=3)
        details.venue, details.revision = "12, rue de la Paix", 1
    second = event_of(registration)
    assert first["UID"] == second["UID"]
    assert (first["SEQUENCE"], second["SEQUENCE"]) == (0, 1)
    assert second.start - first.start == timedelta(hours=3)
    assert str(second["LOCATION"]) == "12, rue de la Paix"
    assert second["ATTENDEE"] == f"mailto:{cast.chloe.email}"
    cancelled = invitation_of(registration, Method.CANCEL)
    (last,) = icalendar.Calendar.from_ical(cancelled).events
    assert (last["UID"], last["STATUS"]) == (first["UID"], "CANCELLED")
    assert icalendar.Calendar.from_ical(cancelled)["METHOD"] == "CANCEL"
    assert ROOM not in cancelled.decode()


def event_of(registration: Registration) -> icalendar.Event:
    """Read the webinar that a registered person is invited to."""
    (event,) = icalendar.Calendar.from_ical(invitation_of(registration)).events
    return event
