"""A webinar that is moved or cancelled: those registered get a mail, in time and once."""

from datetime import UTC, datetime, timedelta

import pytest

from grandequipe.core import clock
from grandequipe.core.errors import Conflict, Refused
from grandequipe.core.mail import MailState, OutgoingMail
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Kind, Webinar
from grandequipe.feed.services import edit_post, place_post, remove_post
from grandequipe.notifications.models import NotificationKind
from grandequipe.notifications.queries import list_notifications
from grandequipe.webinars.models import CancelledBecause
from grandequipe.webinars.services import (
    cancel_registration,
    cancel_webinar,
    reinstate_webinar,
)
from grandequipe.webinars.tasks import remind
from tests.digests.mail_server import MailServer
from tests.factories import Cast, draft_of
from tests.notifications.dispatching import run_pending_handlers
from tests.webinars.conftest import MakeWebinar, register
from tests.webinars.mailing import quiet, register_visitor, remind_at, send_waiting, text_of

THURSDAY = datetime(2027, 1, 14, 13, tzinfo=UTC)
FRIDAY = THURSDAY + timedelta(days=1)
MONDAY = THURSDAY + timedelta(days=4)
A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)


def move(webinar: Webinar, starts_at: datetime, **values: object) -> None:
    """Have its author write another time."""
    with atomic():
        edit_post(
            webinar.author,
            webinar,
            draft_of(Kind.WEBINAR, starts_at=starts_at, ends_at=starts_at + AN_HOUR, **values),
        )


def test_who_is_registered_hears_the_old_and_the_new_time_and_no_old_reminder(
    cast: Cast, make_webinar: MakeWebinar, sink: MailServer
) -> None:
    webinar = make_webinar(starts_at=THURSDAY, capacity=2)
    with quiet(sink):
        register(cast.chloe, webinar)
        register_visitor(webinar, "Zoe Petit", "America/New_York", locale="en")
        register(cast.bruno, webinar)
    due = THURSDAY - A_DAY
    with clock.travel(due):
        remind()  # The mails wait, and then the webinar is moved.
        move(webinar, MONDAY, capacity=2)
        mails = {mail["To"]: mail for mail in send_waiting(sink)}
    chloe = text_of(mails[cast.chloe.email])
    assert "Nouvel horaire : « Titre webinar », lundi 18 janvier à 14 h" in chloe
    assert "Ancien horaire\r\njeudi 14 janvier, de 14 h à 15 h (heure de Paris)" in chloe
    assert "Nouvel horaire\r\nlundi 18 janvier, de 14 h à 15 h (heure de Paris)" in chloe
    assert "/inscriptions/" in chloe
    bruno = text_of(mails[cast.bruno.email])
    assert "sur la liste d’attente" in bruno
    assert "S’il ne vous convient pas, annulez votre inscription" in bruno
    zoe = text_of(mails["zoe@example.net"])
    assert "Former time\r\nThursday 14 January, from 8:00 am to 9:00 am (New York time)" in zoe
    assert "New time\r\nMonday 18 January, from 8:00 am to 9:00 am (New York time)" in zoe
    assert remind_at(THURSDAY - AN_HOUR, sink) == []
    reminded = {mail["To"] for mail in remind_at(MONDAY - A_DAY, sink)}
    # Bruno is on the waiting list: he hears of the move alone.
    assert reminded == mails.keys() - {cast.bruno.email}


def test_moved_twice_before_the_mails_leave_is_one_mail_and_moved_back_is_none(
    cast: Cast, make_webinar: MakeWebinar, sink: MailServer
) -> None:
    webinar = make_webinar(starts_at=THURSDAY)
    with quiet(sink):
        register(cast.chloe, webinar)
    move(webinar, FRIDAY)
    run_pending_handlers()
    move(webinar, MONDAY)
    [mail] = send_waiting(sink)
    assert "jeudi 14 janvier" in text_of(mail)
    assert "vendredi" not in text_of(mail)
    assert "lundi 18 janvier" in text_of(mail)
    move(webinar, FRIDAY)
    move(webinar, MONDAY)
    assert send_waiting(sink) == []
    move(webinar, THURSDAY)
    [mail] = send_waiting(sink)
    assert "Ancien horaire\r\nlundi 18 janvier" in text_of(mail)


def test_a_webinar_moved_to_the_next_hours_is_mailed_once_without_a_late_reminder(
    cast: Cast, make_webinar: MakeWebinar, sink: MailServer
) -> None:
    webinar = make_webinar(starts_at=THURSDAY)
    with quiet(sink):
        register(cast.chloe, webinar)
    now = THURSDAY - timedelta(days=3)
    with clock.travel(now):
        move(webinar, now + timedelta(hours=5))
        assert len(send_waiting(sink)) == 1
    assert remind_at(now + timedelta(minutes=2), sink) == []
    assert len(remind_at(now + timedelta(hours=4), sink)) == 1


def test_who_came_after_the_move_or_cancelled_hears_nothing_of_it(
    cast: Cast, make_webinar: MakeWebinar, sink: MailServer
) -> None:
    webinar = make_webinar(starts_at=THURSDAY)
    with quiet(sink):
        gone = register(cast.bruno, webinar)
        with atomic():
            cancel_registration(gone, CancelledBecause.BY_PERSON)
    move(webinar, FRIDAY)
    register(cast.chloe, webinar)
    assert [mail["To"] for mail in send_waiting(sink)] == [cast.chloe.email]
    assert "Inscription" in text_of(sink.mails[-1])


def test_the_revision_grows_with_what_calendars_show(cast: Cast, make_webinar: MakeWebinar) -> None:
    webinar = make_webinar(starts_at=THURSDAY)
    revisions = []
    for values in (
        {},
        {"title": "Un autre titre"},
        {"title": "Un autre titre", "body_html": "<p>Un autre texte.</p>"},
        {"title": "Un autre titre", "join_url": "https://visio.example.org/a"},
        {"title": "Un autre titre", "join_url": "https://visio.example.org/a", "capacity": 9},
    ):
        move(webinar, THURSDAY, **values)
        revisions.append(webinar.revision)
    move(webinar, FRIDAY, title="Un autre titre", join_url="https://visio.example.org/a")
    assert [*revisions, webinar.revision] == [0, 1, 1, 2, 2, 3]
    with atomic():
        cancel_webinar(cast.amina, webinar)
    assert webinar.revision == 4
    with atomic():
        reinstate_webinar(cast.amina, webinar)
    assert webinar.revision == 5


def test_a_cancelled_webinar_is_mailed_at_once_to_everybody_and_reminds_of_nothing(
    cast: Cast, make_webinar: MakeWebinar, sink: MailServer
) -> None:
    webinar = make_webinar(starts_at=THURSDAY, capacity=1)
    with quiet(sink):
        register(cast.chloe, webinar)
        register(cast.bruno, webinar)
        register(cast.driss, webinar, mode="replay")
    with clock.travel(THURSDAY - A_DAY):
        remind()
        with atomic():
            cancel_webinar(cast.amina, webinar, "L’intervenante est malade.")
        mails = send_waiting(sink)
    people = [cast.bruno.email, cast.chloe.email, cast.driss.email]
    assert [mail["To"] for mail in mails] == people
    for mail in mails:
        assert "Annulé : « Titre webinar »" in text_of(mail)
        assert "jeudi 14 janvier, de 14 h à 15 h (heure de Paris)" in text_of(mail)
        assert "> L’intervenante est malade." in text_of(mail)
    assert remind_at(THURSDAY - AN_HOUR, sink) == []
    with pytest.raises(Refused):
        register(cast.farid, webinar)
    lines = [line.kind for line in list_notifications(cast.chloe).items]
    assert lines == [NotificationKind.WEBINAR_CANCELLED, NotificationKind.WEBINAR_REMINDER]


def test_a_reinstated_webinar_is_mailed_to_whom_its_cancellation_was(
    cast: Cast, make_webinar: MakeWebinar, sink: MailServer
) -> None:
    webinar = make_webinar(starts_at=THURSDAY)
    with quiet(sink):
        register(cast.chloe, webinar)
    with atomic():
        cancel_webinar(cast.amina, webinar)
    with atomic():
        reinstate_webinar(cast.amina, webinar)
    # Within seconds: nobody has heard of it, and nobody will.
    assert send_waiting(sink) == []
    with atomic():
        cancel_webinar(cast.amina, webinar)
    assert len(send_waiting(sink)) == 1
    with pytest.raises(Conflict), atomic():
        cancel_webinar(cast.amina, webinar)
    with atomic():
        reinstate_webinar(cast.amina, webinar)
    [mail] = send_waiting(sink)
    assert "Il a finalement lieu" in text_of(mail)
    assert len(remind_at(THURSDAY - A_DAY, sink)) == 1


def test_a_webinar_whose_post_is_removed_is_mailed_as_cancelled(
    cast: Cast, make_webinar: MakeWebinar, sink: MailServer
) -> None:
    webinar = make_webinar(starts_at=THURSDAY)
    with quiet(sink):
        register(cast.chloe, webinar)
    with atomic():
        remove_post(cast.amina, webinar)
    [mail] = send_waiting(sink)
    assert "Annulé" in text_of(mail)
    assert "/inscriptions/" not in text_of(mail)
    assert remind_at(THURSDAY - A_DAY, sink) == []


def test_in_two_groups_a_move_is_one_mail_and_one_line_in_the_bell(
    cast: Cast, make_webinar: MakeWebinar, sink: MailServer
) -> None:
    webinar = make_webinar(starts_at=THURSDAY)
    with atomic():
        place_post(cast.amina, webinar, cast.private)
    with quiet(sink):
        register(cast.chloe, webinar)
    move(webinar, FRIDAY)
    assert [mail["To"] for mail in send_waiting(sink)] == [cast.chloe.email]
    lines = list_notifications(cast.chloe).items
    assert [(line.kind, line.count) for line in lines if "webinar" in line.kind] == [
        (NotificationKind.WEBINAR_MOVED, 1)
    ]


def test_no_mail_of_a_moved_webinar_is_left_over(
    cast: Cast, make_webinar: MakeWebinar, sink: MailServer
) -> None:
    webinar = make_webinar(starts_at=THURSDAY)
    with quiet(sink):
        register(cast.chloe, webinar)
    move(webinar, FRIDAY)
    run_pending_handlers()
    move(webinar, MONDAY)
    send_waiting(sink)
    states = db.session.query(OutgoingMail.state).order_by(OutgoingMail.id).all()
    assert MailState.PENDING not in [state for (state,) in states]
