"""A mail with its calendar, from the press of a button to the server that takes it."""

from collections.abc import Callable
from email.message import EmailMessage

import icalendar

from grandequipe.members.models import Member
from tests.conftest import Visitor
from tests.digests.mail_server import MailServer
from tests.factories import Cast
from tests.webinars.conftest import MakeWebinar
from tests.webinars.mailing import send_waiting
from tests.webinars.test_registering import page_of

ROOM = "https://visio.example.org/salle-4711"


def test_who_registers_gets_the_webinar_into_the_calendar_and_out_of_it_once_cancelled(
    cast: Cast,
    make_webinar: MakeWebinar,
    browser: Callable[[Member], Visitor],
    sink: MailServer,
) -> None:
    webinar, chloe = make_webinar(title="Éco-quartiers", join_url=ROOM), browser(cast.chloe)
    assert chloe.send(page_of(webinar), {"mode": "seat", "quick": "1"}).status_code == 303
    [mail] = send_waiting(sink)
    assert mail["To"] == cast.chloe.email
    requested = events_of(mail, "REQUEST")
    assert requested["SUMMARY"] == "Éco-quartiers"
    assert requested.start == webinar.starts_at.replace(microsecond=0)
    assert requested["ATTENDEE"] == f"mailto:{cast.chloe.email}"
    assert ROOM.encode() not in mail.as_bytes()
    path = f"/publications/{webinar.id}/annuler"
    assert browser(cast.amina).send(path, {"words": "Grève"}).status_code == 303
    [mail] = send_waiting(sink)
    cancelled = events_of(mail, "CANCEL")
    assert cancelled["UID"] == requested["UID"]
    assert cancelled["SEQUENCE"] > requested["SEQUENCE"]
    assert cancelled["STATUS"] == "CANCELLED"


def events_of(mail: EmailMessage, method: str) -> icalendar.Event:
    """Read the one event of a mail: from the part that programs understand, and from the file."""
    types = ("text/calendar", "application/ics")
    [shown, file] = [each for each in mail.walk() if each.get_content_type() in types]
    assert shown.get_param("method") == method
    assert file.get_filename() == "invitation.ics"
    [inline, attached] = [each.get_payload(decode=True) for each in (shown, file)]
    assert inline == attached
    calendar = icalendar.Calendar.from_ical(inline)
    assert calendar["METHOD"] == method
    [event] = calendar.events
    return event
