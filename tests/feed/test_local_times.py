"""Scenes around the nights when the clocks change."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Webinar
from grandequipe.feed.services import approve_post, edit_post
from tests.factories import Kind, draft_of, make_post
from tests.feed.conftest import wrong_fields

SHARED = {"title": "La nuit", "body_html": "On veille.", "time_zone": "Europe/Paris"}
WEBINAR = "/groupes/ess-quartiers/publier/webinaire"


def at(day: int, hour: int, minute: int) -> datetime:
    """Give an instant of October 2049, when Paris turns its clocks back at 1:00 UTC on the 31st."""
    return datetime(2049, 10, day, hour, minute, tzinfo=UTC)


def only_webinar() -> Webinar:
    """Give the one webinar that there is."""
    return db.session.scalars(select(Webinar)).one()


def test_an_hour_that_the_clocks_skip_is_refused(cast, browser):
    times = {"starts_at": "2049-03-28T02:30", "ends_at": "2049-03-28T04:00"}
    page = browser(cast.chloe).send(WEBINAR, SHARED | times)
    assert (page.status_code, wrong_fields(page.text)) == (422, {"starts_at"})
    assert "2049-03-28T02:30" in page.text
    elsewhere = SHARED | times | {"time_zone": "Indian/Reunion"}
    assert browser(cast.chloe).send(WEBINAR, elsewhere).status_code == 303


@pytest.mark.parametrize("year", ["0001", "1999", "2101", "9999"])
def test_a_year_that_is_a_slip_is_refused_in_plain_words(year, cast, browser):
    times = {"starts_at": f"{year}-01-01T00:00", "ends_at": f"{year}-01-01T01:00", "preview": "1"}
    page = browser(cast.chloe).send(WEBINAR, SHARED | times)
    assert (page.status_code, wrong_fields(page.text)) == (422, {"starts_at", "ends_at"})
    assert "Donnez une année de 2000 à 2100." in page.text
    assert "out of range" not in page.text
    call = SHARED | {"deadline": f"{year}-01-01T00:00"}
    page = browser(cast.chloe).send("/groupes/ess-quartiers/publier/appel", call)
    assert (page.status_code, wrong_fields(page.text)) == (422, {"deadline"})


def test_a_webinar_of_more_than_a_week_has_a_wrong_end(cast, browser):
    times = {"starts_at": "2049-01-14T14:00", "ends_at": "2049-01-21T14:01"}
    page = browser(cast.chloe).send(WEBINAR, SHARED | times)
    assert (page.status_code, wrong_fields(page.text)) == (422, {"ends_at"})
    days = times | {"ends_at": "2049-01-21T14:00"}
    assert browser(cast.chloe).send(WEBINAR, SHARED | days).status_code == 303


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (("2049-10-31T02:15", "2049-10-31T02:45"), (at(31, 0, 15), at(31, 0, 45))),
        (("2049-10-31T02:30", "2049-10-31T02:10"), (at(31, 0, 30), at(31, 1, 10))),
        (("2049-10-31T01:30", "2049-10-31T03:30"), (at(30, 23, 30), at(31, 2, 30))),
    ],
)
def test_an_hour_shown_twice_is_the_first_one_unless_it_must_be_the_second(
    typed, meant, cast, browser
):
    times = dict(zip(("starts_at", "ends_at"), typed, strict=True))
    assert browser(cast.chloe).send(WEBINAR, SHARED | times).status_code == 303
    assert (only_webinar().starts_at, only_webinar().ends_at) == meant


def test_changing_the_title_does_not_move_the_hour(cast, browser):
    starts_at, ends_at = at(31, 1, 15), at(31, 1, 45)
    post = make_post(cast.chloe, cast.ess, Kind.WEBINAR, starts_at=starts_at, ends_at=ends_at)
    times = {"starts_at": "2049-10-31T02:15", "ends_at": "2049-10-31T02:45"}
    answer = browser(cast.chloe).send(f"/publications/{post.id}/modifier", SHARED | times)
    assert answer.status_code == 303
    assert only_webinar().title == "La nuit"
    assert (only_webinar().starts_at, only_webinar().ends_at) == (starts_at, ends_at)


def test_readers_see_the_hour_of_their_own_zone(cast, browser):
    with atomic():
        cast.chloe.time_zone = "Indian/Reunion"
    post = make_post(
        cast.amina, cast.ess, Kind.WEBINAR, starts_at=at(12, 8, 0), ends_at=at(12, 9, 0)
    )
    chloe = browser(cast.chloe).get(f"/publications/{post.id}").text
    amina = browser(cast.amina).get(f"/publications/{post.id}").text
    assert "12\u00a0h" in chloe
    assert "10\u00a0h" in amina


def test_a_call_that_closes_at_midnight_closes_the_day_before(cast, browser):
    """B1: neither its page nor its card names the day on which nobody can answer any more."""
    call = make_post(cast.amina, cast.ess, Kind.CALL, deadline=at(31, 23, 0))
    for path in (f"/publications/{call.id}", "/groupes/ess-quartiers"):
        page = browser(cast.chloe).get(path).text
        assert "dimanche 31 octobre 2049 à minuit" in page
        assert "1er novembre 2049" not in page


def test_a_webinar_that_ends_at_midnight_has_one_day(cast, browser):
    """B1: "22 h – minuit", not "22 h – mardi 13 octobre 2049, 0 h"."""
    post = make_post(
        cast.amina, cast.ess, Kind.WEBINAR, starts_at=at(12, 20, 0), ends_at=at(12, 22, 0)
    )
    page = browser(cast.chloe).get(f"/publications/{post.id}").text
    assert "minuit" in page
    assert "mercredi 13 octobre" not in page


def test_a_proposed_deadline_at_midnight_is_that_of_the_day_before(cast, browser):
    """B1: moderators compare the days that readers would see."""
    call = make_post(cast.chloe, cast.moderated, Kind.CALL, deadline=at(30, 22, 0))
    with atomic():
        approve_post(cast.amina, call, call.text_version)
    with atomic():
        edit_post(cast.chloe, call, draft_of(Kind.CALL, deadline=at(31, 23, 0)))
    page = browser(cast.amina).get(f"/publications/{call.id}/proposition").text
    assert "samedi 30 octobre 2049 à minuit" in page
    assert "dimanche 31 octobre 2049 à minuit" in page
