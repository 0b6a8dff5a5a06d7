"""Reminders: in the clock and language of each person, once, and never an old one."""

from datetime import UTC, datetime, timedelta

import pytest

from grandequipe.core import clock
from grandequipe.core.errors import Invalid
from grandequipe.core.mail import MailState, OutgoingMail
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.notifications.models import NotificationKind
from grandequipe.notifications.queries import list_notifications
from grandequipe.webinars.models import CancelledBecause, ReminderUnit
from grandequipe.webinars.services import (
    ReminderInput,
    add_reminder,
    cancel_registration,
    remove_reminder,
)
from grandequipe.webinars.tasks import remind
from tests.conftest import Visitor
from tests.digests.mail_server import MailServer
from tests.factories import Cast
from tests.webinars.conftest import MakeWebinar, register
from tests.webinars.mailing import quiet, register_visitor, remind_at, text_of

# A webinar at 14:00 in Paris on the day when France goes over to summer time, on the day when it
# goes back, and on one when nothing changes: what the clocks of twelve places show.
A_DAY = timedelta(days=1)
SUMMER, WINTER, PLAIN = (
    datetime(2027, 3, 28, 12, tzinfo=UTC),
    datetime(2027, 10, 31, 13, tzinfo=UTC),
    datetime(2027, 1, 14, 13, tzinfo=UTC),
)
HOURS = {
    "Europe/Paris": ("dimanche 28 mars, de 14 h à 15 h", "dimanche 31 octobre, de 14 h à 15 h",
                     "jeudi 14 janvier, de 14 h à 15 h", "heure de Paris"),
    "Europe/London": ("dimanche 28 mars, de 13 h à 14 h", "dimanche 31 octobre, de 13 h à 14 h",
                      "jeudi 14 janvier, de 13 h à 14 h", "heure de Londres"),
    "Indian/Reunion": ("dimanche 28 mars, de 16 h à 17 h", "dimanche 31 octobre, de 17 h à 18 h",
                       "jeudi 14 janvier, de 17 h à 18 h", "heure de La Réunion"),
    "Indian/Mayotte": ("dimanche 28 mars, de 15 h à 16 h", "dimanche 31 octobre, de 16 h à 17 h",
                       "jeudi 14 janvier, de 16 h à 17 h", "heure de Mayotte"),
    "America/Martinique": ("dimanche 28 mars, de 8 h à 9 h", "dimanche 31 octobre, de 9 h à 10 h",
                           "jeudi 14 janvier, de 9 h à 10 h", "heure de Martinique"),
    "America/Cayenne": ("dimanche 28 mars, de 9 h à 10 h", "dimanche 31 octobre, de 10 h à 11 h",
                        "jeudi 14 janvier, de 10 h à 11 h", "heure de Cayenne"),
    "America/Miquelon": ("dimanche 28 mars, de 10 h à 11 h", "dimanche 31 octobre, de 11 h à 12 h",
                         "jeudi 14 janvier, de 10 h à 11 h", "heure de Miquelon"),
    "America/New_York": ("dimanche 28 mars, de 8 h à 9 h", "dimanche 31 octobre, de 9 h à 10 h",
                         "jeudi 14 janvier, de 8 h à 9 h", "heure de New York"),
    "Pacific/Noumea": ("dimanche 28 mars, de 23 h à minuit",
                       "lundi 1er novembre, de 0 h à 1 h", "vendredi 15 janvier, de 0 h à 1 h",
                       "heure de Nouméa"),
    "Pacific/Tahiti": ("dimanche 28 mars, de 2 h à 3 h", "dimanche 31 octobre, de 3 h à 4 h",
                       "jeudi 14 janvier, de 3 h à 4 h", "heure de Tahiti"),
    "Africa/Dakar": ("dimanche 28 mars, de 12 h à 13 h", "dimanche 31 octobre, de 13 h à 14 h",
                     "jeudi 14 janvier, de 13 h à 14 h", "heure de Dakar"),
    "Australia/Adelaide": ("dimanche 28 mars, de 22 h 30 à 23 h 30",
                           "du dimanche 31 octobre à 23 h 30 au lundi 1er novembre à 0 h 30",
                           "du jeudi 14 janvier à 23 h 30 au vendredi 15 janvier à 0 h 30",
                           "heure d’Adélaïde"),
}  # fmt: skip


@pytest.mark.parametrize("column", range(3), ids=["to summer time", "to winter time", "no change"])
def test_each_is_reminded_by_the_clock_of_their_place(
    column: int, cast: Cast, make_webinar: MakeWebinar, sink: MailServer
) -> None:
    starts_at = (SUMMER, WINTER, PLAIN)[column]
    with clock.travel(starts_at - timedelta(days=20)):
        webinar = make_webinar(starts_at=starts_at)
        for number, zone in enumerate(HOURS):
            register_visitor(webinar, f"Visiteur{number:02}", zone)
    for before in (timedelta(days=1), timedelta(hours=1)):
        due = starts_at - before
        assert remind_at(due - timedelta(seconds=1), sink) == []
        mails = remind_at(due, sink)
        assert len(mails) == len(HOURS)
        for mail, expected in zip(mails, HOURS.values(), strict=True):
            assert expected[column] in text_of(mail)
            assert expected[3] in text_of(mail)
    assert remind_at(starts_at - timedelta(minutes=5), sink) == []


def test_a_reminder_is_sent_once_however_often_the_clock_runs(
    cast: Cast, make_webinar: MakeWebinar, sink: MailServer
) -> None:
    webinar = make_webinar(starts_at=PLAIN)
    with quiet(sink):
        register(cast.chloe, webinar)
        register(cast.bruno, webinar, places=1)
    due = PLAIN - timedelta(days=1)
    assert [mail["To"] for mail in remind_at(due, sink)] == [cast.bruno.email, cast.chloe.email]
    assert remind_at(due, sink) == []
    assert remind_at(due + timedelta(hours=3), sink) == []
    [first, _second] = remind_at(due + timedelta(hours=23), sink)
    assert "Aujourd’hui à 14 h" in text_of(first)


def test_only_those_who_go_are_reminded_and_nobody_who_came_since(
    cast: Cast, make_webinar: MakeWebinar, sink: MailServer
) -> None:
    webinar = make_webinar(starts_at=PLAIN, capacity=1)
    due = PLAIN - timedelta(days=1)
    with quiet(sink):
        goes = register(cast.chloe, webinar)
        register(cast.bruno, webinar)
        register(cast.driss, webinar, mode="replay")
    assert [mail["To"] for mail in remind_at(due, sink)] == [cast.chloe.email]
    with clock.travel(due + timedelta(hours=1)), quiet(sink):
        with atomic():
            cancel_registration(goes, CancelledBecause.BY_PERSON)
            db.session.get(type(webinar), webinar.id).capacity = 5
        register(cast.amina, webinar)
    assert remind_at(due + timedelta(hours=2), sink) == []
    assert [mail["To"] for mail in remind_at(PLAIN - timedelta(hours=1), sink)] == [
        cast.amina.email
    ]


def test_a_worker_that_was_away_sends_the_last_reminder_alone(
    cast: Cast, make_webinar: MakeWebinar, sink: MailServer
) -> None:
    webinar = make_webinar(starts_at=PLAIN)
    with quiet(sink):
        register(cast.chloe, webinar)
    [late] = remind_at(PLAIN - timedelta(minutes=20), sink)
    assert "Aujourd’hui à 14 h" in text_of(late)
    assert remind_at(PLAIN, sink) == []


def test_what_is_over_when_a_reminder_would_leave_is_not_sent(
    cast: Cast, make_webinar: MakeWebinar, sink: MailServer
) -> None:
    webinar = make_webinar(starts_at=PLAIN)
    with quiet(sink):
        registration = register(cast.chloe, webinar)
    with clock.travel(PLAIN - timedelta(days=1)):
        remind()
        with atomic():
            cancel_registration(registration, CancelledBecause.BY_PERSON)
    [mail] = remind_at(PLAIN - timedelta(hours=20), sink)
    assert "annulée" in text_of(mail)
    states = db.session.query(OutgoingMail.state).filter_by(kind="webinar_reminder").all()
    assert states == [(MailState.CANCELLED,)]


def test_an_organiser_reminds_at_a_time_and_in_words_of_their_own(
    cast: Cast, make_webinar: MakeWebinar, sink: MailServer
) -> None:
    # Two days before 14:00 it is 14:00, over the change of the clocks as well.
    webinar = make_webinar(starts_at=SUMMER)
    with quiet(sink):
        register(cast.chloe, webinar)
    with atomic():
        words = "Apportez un casque.\nEt un café."
        add_reminder(cast.amina, webinar, ReminderInput(2, ReminderUnit.DAYS, words))
    due = datetime(2027, 3, 26, 13, tzinfo=UTC)
    assert remind_at(due - timedelta(minutes=1), sink) == []
    [mail] = remind_at(due, sink)
    assert mail["Subject"] == "Rappel : « Titre webinar », dimanche 28 mars à 14 h".replace(
        " : ", "\u00a0: "
    ).replace("« ", "«\u00a0").replace(" »", "\u00a0»").replace("14 h", "14\u00a0h")
    assert "> Apportez un casque.\n> Et un café." in text_of(mail).replace("\r", "")
    with atomic():
        twenty = add_reminder(cast.amina, webinar, ReminderInput(20, ReminderUnit.HOURS))
    with atomic():
        remove_reminder(cast.amina, webinar, twenty.id)
    assert remind_at(SUMMER - timedelta(hours=20), sink)[0]["Subject"].startswith("Demain")
    assert remind_at(SUMMER - timedelta(hours=20), sink) == []


@pytest.mark.parametrize(
    ("amount", "unit", "words", "field"),
    [
        (None, ReminderUnit.HOURS, "", "amount"),
        (0, ReminderUnit.HOURS, "", "amount"),
        (61, ReminderUnit.DAYS, "", "amount"),
        (1441, ReminderUnit.MINUTES, "", "amount"),
        (60, ReminderUnit.MINUTES, "", "amount"),
        (1, ReminderUnit.DAYS, "", "amount"),
        (11, ReminderUnit.DAYS, "", "amount"),
        (3, ReminderUnit.HOURS, "a" * 1001, "words"),
    ],
)
def test_what_is_wrong_with_a_reminder_is_said(
    cast: Cast,
    make_webinar: MakeWebinar,
    amount: int | None,
    unit: ReminderUnit,
    words: str,
    field: str,
) -> None:
    webinar = make_webinar()
    with pytest.raises(Invalid) as refused, atomic():
        add_reminder(cast.amina, webinar, ReminderInput(amount, unit, words))
    assert list(refused.value.errors) == [field]


def test_a_member_stops_reminders_with_one_press_and_still_has_the_bell(
    cast: Cast, make_webinar: MakeWebinar, sink: MailServer, visitor: Visitor
) -> None:
    webinar = make_webinar(starts_at=PLAIN)
    with quiet(sink):
        register(cast.chloe, webinar)
        register(cast.bruno, webinar)
    [_to_bruno, mail] = remind_at(PLAIN - timedelta(days=1), sink)
    assert mail["To"] == cast.chloe.email
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = mail["List-Unsubscribe"].strip("<>").removeprefix("http://localhost")
    assert visitor.post(stop, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    [mail] = remind_at(PLAIN - timedelta(hours=1), sink)
    assert mail["To"] == cast.bruno.email
    lines = [(line.kind, line.count) for line in list_notifications(cast.chloe).items]
    assert (NotificationKind.WEBINAR_REMINDER, 2) in lines


def test_a_reminder_carries_no_address_of_the_room(
    cast: Cast, make_webinar: MakeWebinar, sink: MailServer
) -> None:
    room = "https://visio.example.org/secret"
    webinar = make_webinar(
        starts_at=PLAIN, join_url=room, venue="Maison de quartier", venue_access="Rampe"
    )
    register(cast.chloe, webinar)
    register_visitor(webinar, "Zoe Petit", "Europe/Paris")
    mails = [*remind_at(PLAIN - timedelta(days=2), sink), *remind_at(PLAIN - A_DAY, sink)]
    assert len(mails) == 3
    for mail in mails:
        assert "visio.example.org" not in str(mail)
        text = text_of(mail)
        for words in ("Titre webinar", "jeudi 14 janvier", "14 h", "heure de Paris", "En ligne"):
            assert words in text
        assert "Maison de quartier" in text
