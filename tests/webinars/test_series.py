"""Registering for the dates of a series: for one, or for all with one mail."""

import re
from dataclasses import replace
from datetime import UTC, timedelta
from email.message import EmailMessage
from itertools import pairwise
from threading import Thread

import icalendar
import pytest
from sqlalchemy import text

from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Repeat, Webinar
from grandequipe.feed.models.inputs import SeriesInput
from grandequipe.feed.queries.series import get_series
from grandequipe.feed.services import edit_post, publish_post
from grandequipe.feed.services.series import input_of
from grandequipe.webinars.models import QuestionInput, RegistrationState
from grandequipe.webinars.services import add_question
from tests.factories import Cast
from tests.feed.conftest import cards
from tests.locks import count_held_up
from tests.waiting import wait_until
from tests.webinars.conftest import register, states_of
from tests.webinars.mailing import quiet, register_visitor, send_waiting, text_of


@pytest.fixture
def series(cast: Cast) -> list[Webinar]:
    """Publish four weekly dates of Amina's, of two places each."""
    start = clock.now() + timedelta(days=5)
    series_input = SeriesInput(
        title="Le café",
        body_html="<p>On échange.</p>",
        starts_at=start,
        ends_at=start + timedelta(hours=1),
        capacity=2,
        repeats=Repeat.WEEKLY,
        repeat_count=4,
    )
    with atomic():
        first = publish_post(cast.amina, cast.ess, series_input)
    return list(get_series(first.series_id, seen_by=cast.amina).dates)


def test_a_member_registers_for_all_dates_with_one_press_and_one_mail(cast, series, browser, sink):
    with quiet(sink):
        register(cast.bruno, series[1])
        register(cast.amina, series[1])
        register(cast.chloe, series[3])
    chloe, page = browser(cast.chloe), f"/series/{series[0].series_id}"
    assert "S’inscrire à toutes les dates" in chloe.get(page).text
    for _again in range(2):
        assert chloe.send(f"{page}/inscription").status_code == 303
    states = [states_of(each)["Chloé"] for each in series]
    going, waiting = RegistrationState.GOING, RegistrationState.WAITING
    assert states == [going, waiting, going, going]
    [mail] = send_waiting(sink)
    text = mail.get_body(("plain",)).get_content()
    assert text.count("une place est à vous") == 3
    assert text.count("sur liste d’attente") == 1
    assert calendar_of(mail) == {
        str(date.starts_at.date()): "TENTATIVE" if date is series[1] else "CONFIRMED"
        for date in series
    }
    assert "S’inscrire à toutes les dates" not in chloe.get(page).text
    assert chloe.send(f"{page}/inscription/annuler").status_code == 303
    assert {states_of(each)["Chloé"] for each in series} == {RegistrationState.CANCELLED}
    [mail] = send_waiting(sink)
    assert "Vos inscriptions sont annulées" in mail["Subject"]
    assert list(calendar_of(mail).values()) == ["CANCELLED"] * 4


def test_each_date_has_its_own_places(cast, series):
    for member in (cast.amina, cast.bruno, cast.chloe):
        register(member, series[0])
    register(cast.chloe, series[2])
    assert states_of(series[0])["Chloé"] is RegistrationState.WAITING
    assert states_of(series[2]) == {"Chloé": RegistrationState.GOING}
    assert states_of(series[1]) == {}


def test_dates_that_ask_something_are_left_for_their_own_form(cast, series, browser):
    with atomic():
        add_question(cast.amina, series[2], QuestionInput("Un régime ?", is_required=True))
    chloe, page = browser(cast.chloe), f"/series/{series[0].series_id}"
    chloe.send(f"{page}/inscription")
    assert [bool(states_of(each)) for each in series] == [True, True, False, True]
    assert "posent une question" in chloe.get(page).text


def test_a_visitor_registers_for_all_dates_with_one_form_and_one_confirmation(
    cast, series, visitor, sink
):
    with atomic():
        add_question(cast.amina, series[2], QuestionInput("Un régime ?", is_required=True))
    page = f"/series/{series[0].series_id}"
    assert f'href="{page}/inscription"' in visitor.get(page).text
    assert visitor.get(f"{page}/inscription").status_code == 200
    wrong = visitor.send(f"{page}/inscription", {"name": "Nadia Ferrand", "email": "nadia"})
    assert wrong.status_code == 422
    assert 'value="Nadia Ferrand"' in wrong.text
    person = {"name": "Nadia Ferrand", "email": "nadia@example.net"}
    assert visitor.send(f"{page}/inscription", person).status_code == 303
    [mail] = send_waiting(sink)
    assert "3 dates de la série" in text_of(mail)
    [link] = set(re.findall(r"/inscriptions/[\w.-]+", text_of(mail)))
    assert "3 dates de la série" in visitor.get(link).text
    assert {state for date in series for state in states_of(date).values()} == {
        RegistrationState.UNCONFIRMED
    }
    for _again in range(2):
        assert visitor.send(f"{link}/confirmer").status_code == 303
    going = {"Nadia": RegistrationState.GOING}
    assert [states_of(date) for date in series] == [going, going, {}, going]
    [mail] = send_waiting(sink)
    assert len(calendar_of(mail)) == 3
    # Each date has a page of its own.
    assert len(set(re.findall(r"/inscriptions/[\w.-]+", text_of(mail)))) == 3
    assert visitor.send(f"{page}/inscription", person).status_code == 303
    assert [str(mail["To"]) for mail in send_waiting(sink)] == ["nadia@example.net"]
    assert [states_of(date) for date in series] == [going, going, {}, going]


def test_a_date_is_cancelled_alone_or_with_the_later_ones(cast, series, browser, sink):
    with quiet(sink):
        for date in series[:2]:
            register(cast.chloe, date)
    amina = browser(cast.amina)

    def listed() -> list[int]:
        return cards(amina.get("/groupes/ess-quartiers").text)

    assert listed() == [series[0].id]
    assert (
        amina.send(f"/publications/{series[0].id}/annuler", {"words": "Grève"}).status_code == 303
    )
    assert listed() == [series[1].id]
    assert [str(mail["To"]) for mail in send_waiting(sink)] == [cast.chloe.email]
    page = f"/publications/{series[2].id}/annuler"
    assert "with_later" in amina.get(page).text
    assert amina.send(page, {"with_later": "y"}).status_code == 303
    dates = get_series(series[0].series_id, seen_by=cast.amina).dates
    assert [bool(each.cancelled_at) for each in dates] == [True, False, True, True]
    assert listed() == [series[1].id]
    page = browser(cast.chloe).get(f"/series/{series[0].series_id}").text
    assert page.count("Annulé</strong>") == 3


def test_a_moved_series_writes_to_those_registered_to_each_date(cast, series, sink):
    with quiet(sink):
        register(cast.chloe, series[1])
        register(cast.bruno, series[3])
    moved = {"starts_at": series[1].starts_at + timedelta(days=1),
             "ends_at": series[1].ends_at + timedelta(days=1), "files": None}  # fmt: skip
    with atomic():
        edit_post(cast.amina, series[1], replace(input_of(series[1]), **moved), with_later=True)
    mails = send_waiting(sink)
    assert [str(mail["To"]) for mail in mails] == [cast.bruno.email, cast.chloe.email]
    dates = get_series(series[0].series_id, seen_by=cast.amina).dates
    steps = [after.starts_at - before.starts_at for before, after in pairwise(dates)]
    assert steps == [timedelta(days=8), timedelta(days=7), timedelta(days=7)]


def test_dates_that_move_at_once_are_one_mail_to_who_is_registered_for_several(cast, series, sink):
    with quiet(sink):
        for date in series[1:]:
            register(cast.chloe, date)
            register_visitor(date, "Nadia Ferrand", "Europe/Paris")
    before = series[1].starts_at
    move(cast, series[1], timedelta(days=1), with_later=True)
    mails = send_waiting(sink)
    assert [str(mail["To"]) for mail in mails] == [cast.chloe.email, "nadia@example.net"]
    for mail in mails:
        text = text_of(mail)
        assert text.startswith("Nouveaux horaires")
        assert text.count("Ancien horaire") == 1
        assert text.count("Nouvel horaire") == 3
        moved = before + timedelta(days=1)
        weeks = [str((moved + timedelta(weeks=week)).date()) for week in range(3)]
        assert calendar_of(mail) == dict.fromkeys(weeks, "CONFIRMED")
    # One that is moved back alone is one mail, from the time that the mail about all said.
    move(cast, get_date(series[3].id), timedelta(days=-1))
    back = send_waiting(sink)
    assert [str(mail["To"]) for mail in back] == [cast.chloe.email, "nadia@example.net"]
    assert text_of(back[0]).startswith("Nouvel horaire")


def get_date(post_id: int) -> Webinar:
    """Read a date as it is now."""
    db.session.expire_all()
    return db.session.get_one(Webinar, post_id)


def move(cast: Cast, date: Webinar, by: timedelta, *, with_later: bool = False) -> None:
    """Have its author move a date."""
    times = {"starts_at": date.starts_at + by, "ends_at": date.ends_at + by, "files": None}
    with atomic():
        edit_post(cast.amina, date, replace(input_of(date), **times), with_later=with_later)


def calendar_of(mail: EmailMessage) -> dict[str, str]:
    """Read the events of the calendar that goes with a mail: days and states."""
    [part] = [each for each in mail.walk() if each.get_content_type() == "text/calendar"][:1]
    calendar = icalendar.Calendar.from_ical(part.get_content())
    assert calendar["METHOD"] == "PUBLISH"
    return {str(each.start.astimezone(UTC).date()): str(each["STATUS"]) for each in calendar.events}


@pytest.mark.parametrize("path", ["inscription", "inscription/annuler"])
def test_while_all_dates_are_changed_nobody_waits_who_holds_one_of_them(
    app, cast, series, browser, path
):
    chloe, page = browser(cast.chloe), f"/series/{series[0].series_id}"
    if path != "inscription":
        chloe.send(f"{page}/inscription")
    webinar, stream = {"id": series[2].id}, {"id": cast.chloe.stream_id}
    db.session.rollback()

    def send() -> None:
        with app.app_context():
            assert chloe.send(f"{page}/{path}").status_code == 303

    at_once = Thread(target=send)
    with db.engine.begin() as connection:
        lock = text("SELECT 1 FROM webinar WHERE post_id = :id FOR NO KEY UPDATE")
        connection.execute(lock, webinar)
        at_once.start()
        wait_until(lambda: count_held_up() == 1, "the form waits for the third date")
        # As who holds that date records what became of Chloé's place in it.
        lock = text("SELECT 1 FROM stream WHERE id = :id FOR UPDATE NOWAIT")
        connection.execute(lock, stream)
    at_once.join()
    db.session.expire_all()
    assert all("Chloé" in states_of(each) for each in series)
