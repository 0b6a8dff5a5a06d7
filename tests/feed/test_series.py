"""A webinar that is repeated: dates of their own, announced once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from grandequipe.core import clock
from grandequipe.core.events import EventRecord
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Placement, Webinar, WebinarDetails
from grandequipe.feed.services import approve_post, edit_post, remove_post
from grandequipe.feed.services.placements import place_post, take_out
from grandequipe.feed.services.reinstatement import reinstate_post
from grandequipe.feed.services.series import input_of
from grandequipe.feed.tasks import list_next_dates
from tests.factories import admit
from tests.feed.conftest import cards, wrong_fields

WEBINAR = "/groupes/ess-quartiers/publier/webinaire"
MODERATED = "/groupes/petites-annonces/publier/webinaire"
SHARED = {"title": "Le café des régies", "body_html": "On échange.", "time_zone": "Europe/Paris"}
TUESDAY = {"starts_at": "2049-01-12T14:00", "ends_at": "2049-01-12T15:30"}
FORTNIGHTLY = SHARED | TUESDAY | {"repeats": "fortnightly"}
# Each changes its clocks on other days, or never; two have half hours.
ZONES = (
    "Europe/Paris", "America/Guadeloupe", "America/Cayenne", "America/Miquelon", "Indian/Reunion",
    "Indian/Mayotte", "Pacific/Noumea", "Pacific/Tahiti", "America/Toronto", "Africa/Casablanca",
    "Australia/Adelaide", "America/St_Johns",
)  # fmt: skip


def dates() -> list[Webinar]:
    """List all webinars in time."""
    db.session.expire_all()
    in_time = select(Webinar).join(WebinarDetails).order_by(WebinarDetails.starts_at)
    return list(db.session.scalars(in_time).unique())


def listed() -> list[int]:
    """List the ids of the posts that lists show."""
    query = select(Placement.post_id).where(Placement.listed).order_by(Placement.post_id)
    return list(db.session.scalars(query))


def published(browser, author, typed=FORTNIGHTLY, path=WEBINAR, **more) -> list[Webinar]:
    """Publish a series by the form, and give its dates."""
    answer = browser(author).send(path, typed | {"repeat_count": "4"} | more)
    assert answer.status_code == 303, wrong_fields(answer.text)
    return dates()


def locals_of(webinars) -> list[str]:
    """Write when webinars begin as clocks in Paris show it."""
    paris = ZoneInfo("Europe/Paris")
    return [each.starts_at.astimezone(paris).strftime("%m-%d %H:%M") for each in webinars]


@pytest.mark.parametrize("zone", ZONES)
def test_a_year_of_a_series_keeps_its_hours_by_the_clock_of_its_zone(zone, cast, browser):
    with atomic():
        cast.chloe.time_zone = zone
    typed = SHARED | TUESDAY | {"time_zone": zone, "repeats": "weekly", "repeat_count": "52"}
    with clock.travel(datetime(2049, 1, 1, tzinfo=UTC)):
        page = browser(cast.chloe).send(WEBINAR, typed | {"preview": "1"})
        assert (page.status_code, wrong_fields(page.text)) == (200, set())
        assert browser(cast.chloe).send(WEBINAR, typed).status_code == 303
    rows = db.session.execute(
        select(WebinarDetails.starts_at, WebinarDetails.ends_at).order_by(WebinarDetails.starts_at)
    ).all()
    there = [[each.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for each in row] for row in rows]
    first = datetime(2049, 1, 12, 14, tzinfo=UTC).replace(tzinfo=None)
    weeks = [first + timedelta(weeks=number) for number in range(52)]
    assert there == [[start, start + timedelta(minutes=90)] for start in weeks]


@pytest.mark.parametrize(
    ("typed", "begins"),
    [
        ({"repeats": "weekly", "repeat_count": "3"}, ["01-12", "01-19", "01-26"]),
        ({"repeats": "fortnightly", "repeat_until": "2049-02-09"}, ["01-12", "01-26", "02-09"]),
        ({"repeats": "monthly", "repeat_count": "4"}, ["01-12", "02-09", "03-09", "04-13"]),
        (
            {"repeats": "monthly", "repeat_count": "4"}
            | {"starts_at": "2049-01-29T14:00", "ends_at": "2049-01-29T15:00"},
            ["01-29", "02-26", "03-26", "04-30"],
        ),
        (
            {"repeats": "weekly", "repeat_count": "9", "repeat_until": "2049-01-19"},
            ["01-12", "01-19"],
        ),
    ],
    ids=["weeks", "until a day", "second Tuesday", "last Friday", "what comes first"],
)
def test_it_is_repeated_as_its_author_says(typed, begins, cast, browser):
    answer = browser(cast.chloe).send(WEBINAR, SHARED | TUESDAY | typed)
    assert answer.status_code == 303, wrong_fields(answer.text)
    assert [each[:5] for each in locals_of(dates())] == begins


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({}, {"repeat_count"}),
        ({"repeat_count": "1"}, {"repeat_count"}),
        ({"repeat_count": "53"}, {"repeat_count"}),
        ({"repeat_count": "many"}, {"repeat_count"}),
        ({"repeat_until": "2049-01-25"}, {"repeat_until"}),
        ({"repeat_until": "2054-01-25"}, {"repeat_until"}),
        ({"repeat_until": "20490125"}, {"repeat_until", "repeat_count"}),
        ({"repeat_count": "3", "ends_at": "2049-01-19T14:00", "repeats": "weekly"}, set()),
    ],
)
def test_what_makes_no_series_is_said_and_kept(typed, wrong, cast, browser):
    page = browser(cast.chloe).send(WEBINAR, FORTNIGHTLY | typed)
    assert wrong_fields(page.text) == wrong
    if wrong:
        assert page.status_code == 422
        assert (
            'value="fortnightly" selected' in page.text
            or 'selected value="fortnightly"' in page.text
        )
        assert dates() == []


def test_a_group_hears_of_a_series_once_and_lists_its_next_date(cast, browser):
    webinars = published(browser, cast.chloe)
    kinds = db.session.scalars(select(EventRecord.kind).where(EventRecord.kind.startswith("post")))
    assert list(kinds) == ["post.published"]
    ids = [each.id for each in webinars]
    bruno = browser(cast.bruno)
    assert listed() == ids[:1]
    for path in ("/", "/groupes/ess-quartiers", "/groupes/ess-quartiers?kind=webinaire"):
        assert cards(bruno.get(path).text) == ids[:1], path
    with clock.travel(webinars[1].starts_at):
        list_next_dates()
        list_next_dates()
        assert listed() == ids[1:2]
        assert cards(browser(cast.bruno).get("/").text) == ids[1:2]
    with clock.travel(webinars[-1].ends_at + timedelta(days=1)):
        list_next_dates()
        assert listed() == ids[-1:]


def test_a_change_is_of_one_date_or_of_the_later_ones_too(cast, browser):
    webinars = published(
        browser, cast.chloe, starts_at="2049-03-02T14:00", ends_at="2049-03-02T15:00"
    )
    chloe = browser(cast.chloe)
    moved = {"starts_at": "2049-03-18T10:00", "ends_at": "2049-03-18T12:00"}
    second = webinars[1]
    edit = f"/publications/{second.id}/modifier"
    assert "with_later" in chloe.get(edit).text
    typed = SHARED | moved | {"speakers": "Rosa"}
    assert chloe.send(edit, typed).status_code == 303
    assert locals_of(dates()) == ["03-02 14:00", "03-18 10:00", "03-30 14:00", "04-13 14:00"]
    # Two days later and an hour more, in summer time as well.
    again = typed | {
        "starts_at": "2049-03-20T11:00",
        "ends_at": "2049-03-20T13:30",
        "with_later": "y",
    }
    assert chloe.send(edit, again | {"title": "Le grand café"}).status_code == 303
    found = dates()
    assert locals_of(found) == ["03-02 14:00", "03-20 11:00", "04-01 15:00", "04-15 15:00"]
    assert [each.title == "Le grand café" for each in found] == [False, True, True, True]
    # Words changed of one date alone stay there.
    assert [each.speakers for each in found] == [None, "Rosa", None, None]
    assert [each.ends_at - each.starts_at for each in found][1:] == [
        timedelta(hours=2.5), timedelta(hours=1.5), timedelta(hours=1.5),
    ]  # fmt: skip


def test_a_date_that_goes_makes_room_for_the_next_in_lists(cast, browser):
    webinars = published(browser, cast.chloe)
    chloe, ids = browser(cast.chloe), [each.id for each in webinars]
    assert chloe.send(f"/publications/{ids[0]}/supprimer").status_code == 303
    assert cards(chloe.get("/").text) == [ids[1]]
    assert chloe.send(f"/publications/{ids[2]}/supprimer", {"later": "1"}).status_code == 303
    alive = [each.id for each in dates() if each.is_published]
    assert alive == [ids[1]]
    assert chloe.send(f"/corbeille/publications/{ids[0]}").status_code == 303
    assert cards(chloe.get("/").text) == [ids[0]]


def test_moderators_decide_about_all_dates_with_the_one_that_they_read(cast, browser):
    webinars = published(browser, cast.chloe, path=MODERATED)
    ids = [each.id for each in webinars]
    bruno = browser(cast.bruno)
    waiting = bruno.get("/groupes/petites-annonces/moderation").text
    assert [f"/publications/{each}" in waiting for each in ids] == [True, False, False, False]
    assert not any(each.is_published for each in webinars)
    # What its author changes of the one that is read is changed of all.
    typed = SHARED | TUESDAY | {"title": "Le thé des régies"}
    assert browser(cast.chloe).send(f"/publications/{ids[0]}/modifier", typed).status_code == 303
    assert {each.title for each in dates()} == {"Le thé des régies"}
    # Another text of one date is read for itself.
    last = dates()[-1]
    with atomic():
        edit_post(cast.chloe, last, replace_title(last, "Le dernier"))
    first = dates()[0]
    with atomic():
        approve_post(cast.bruno, first, first.text_version)
    assert [each.is_published for each in dates()] == [True, True, True, False]
    assert listed() == [ids[0], ids[3]]
    last = dates()[-1]
    with atomic():
        approve_post(cast.bruno, last, last.text_version)
    assert listed() == [ids[0]]


def test_what_moderators_remove_goes_with_its_later_dates_and_comes_back_with_them(cast, browser):
    webinars = published(browser, cast.chloe)
    with atomic():
        remove_post(cast.chloe, webinars[3])
    with atomic():
        remove_post(cast.bruno, dates()[0], "Publicité")
    assert not any(each.is_published for each in dates())
    with atomic():
        reinstate_post(cast.amina, dates()[0], cast.ess)
    assert [each.is_published for each in dates()] == [True, True, True, False]


def test_a_series_counts_as_one_post_of_a_new_account(cast, browser):
    with atomic():
        cast.driss.created_at = clock.now()
    admit(cast.ess, cast.driss)
    published(browser, cast.driss, repeat_count="20", repeats="weekly")
    assert browser(cast.driss).send(WEBINAR, SHARED | TUESDAY).status_code == 303


def test_it_is_placed_in_a_group_and_taken_out_of_it_as_a_whole(cast, browser):
    webinars = published(browser, cast.chloe)
    for _again in range(2):
        with atomic():
            place_post(cast.chloe, dates()[0], cast.private)
        assert cards(browser(cast.bruno).get("/groupes/regies-de-quartier").text) == [
            webinars[0].id
        ]
        assert all(len(each.published) == 2 for each in dates())
        with atomic():
            take_out(cast.chloe, dates()[0], cast.private)
        assert all(len(each.published) == 1 for each in dates())


def test_its_page_lists_the_dates_that_the_reader_may_see(cast, browser, visitor):
    webinars = published(browser, cast.chloe)
    address = f"/series/{webinars[0].series_id}"
    page = browser(cast.bruno).get(address).text
    assert cards(page) == [each.id for each in webinars]
    assert "Toutes les deux semaines" in page
    assert cards(visitor.get(address).text) == cards(page)
    assert (
        f'href="{address}"'
        in browser(cast.bruno).get(f"/publications/{webinars[2].id}-le-cafe-des-regies").text
    )
    with atomic():
        remove_post(cast.chloe, dates()[0])
    assert cards(visitor.get(address).text) == [each.id for each in webinars[1:]]
    hidden = published(browser, cast.chloe, path="/groupes/comite-de-pilotage/publier/webinaire")
    secret = f"/series/{max(each.series_id for each in hidden)}"
    assert secret != address
    assert visitor.get(secret).status_code == 404
    assert visitor.get("/series/999").status_code == 404
    assert browser(cast.bruno).get(secret).status_code == 200


def replace_title(webinar: Webinar, title: str):
    """Give the input of a webinar with another title."""
    return replace(input_of(webinar), title=title, files=None)
