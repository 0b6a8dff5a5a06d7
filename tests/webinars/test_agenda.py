"""The agenda shows what comes, by date, to each reader what they may see."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.feed.models import Kind
from grandequipe.feed.services import place_post
from grandequipe.webinars.models import (
    AgendaFilter,
    AgendaPeriod,
    AgendaScope,
    RegistrationInput,
)
from grandequipe.webinars.queries.agenda import list_agenda
from grandequipe.webinars.services import register
from tests.factories import make_group, make_post
from tests.feed.conftest import taxonomies as taxonomies

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
TITLE = re.compile(r'class="agenda-title"><a href="[^"]*"[^>]*>([^<]+)</a>')


@pytest.fixture(autouse=True)
def on_a_tuesday(app):
    """Have each scene take place on Tuesday the first of December."""
    with clock.travel(NOW):
        yield


def at(day, hour=14, month=12):
    """Give an hour of a day of December 2026 in Paris."""
    return datetime(2026, month, day, hour, tzinfo=PARIS)


def webinar(cast, group, title, starts_at, **values):
    """Announce a webinar of an hour."""
    ends_at = starts_at + timedelta(hours=1)
    with clock.travel(min(NOW, starts_at - timedelta(days=30))):
        return make_post(
            cast.amina,
            group,
            Kind.WEBINAR,
            title=title,
            starts_at=starts_at,
            ends_at=ends_at,
            **values,
        )


def call(cast, group, title, deadline):
    """Publish a call."""
    return make_post(cast.amina, group, Kind.CALL, title=title, deadline=deadline)


def titles(client, query=""):
    """List the titles of the agenda, in their order."""
    answer = client.get(f"/agenda{query}")
    assert answer.status_code == 200
    return TITLE.findall(answer.text)


@pytest.fixture
def dates(cast, taxonomies):
    """Make some dates: in own groups, in another public one, in a hidden one, and past ones."""
    other = make_group(cast.amina, "Ailleurs", visibility="public")
    webinar(cast, cast.ess, "Troisième", at(9))
    call(cast, cast.ess, "Deuxième", at(8, 0))
    webinar(cast, cast.ess, "Premier", at(3), themes=["sante"], territories=["D93"])
    webinar(cast, cast.hidden, "Secret", at(4))
    webinar(cast, other, "Ailleurs", at(5), territories=["C93006"])
    webinar(cast, cast.ess, "Passé", at(10, month=11))
    make_post(cast.amina, cast.ess, title="Sans date")
    return other


def test_it_is_by_coming_date_of_ones_own_groups_and_then_of_all(cast, dates, browser, visitor):
    chloe = browser(cast.chloe)
    assert titles(chloe) == ["Premier", "Secret", "Deuxième", "Troisième"]
    assert titles(chloe, "?quoi=tout") == ["Premier", "Secret", "Ailleurs", "Deuxième", "Troisième"]
    assert titles(visitor) == ["Premier", "Ailleurs", "Deuxième", "Troisième"]
    assert titles(visitor, "?quoi=groupes") == titles(visitor)
    assert titles(browser(cast.driss)) == []
    assert titles(chloe, "?passe=1") == ["Passé"]


def test_filters_by_kind_group_theme_and_territory(cast, dates, browser):
    chloe = browser(cast.chloe)
    expected = {
        "kind=appel": ["Deuxième"],
        "kind=webinaire&quoi=tout": ["Premier", "Secret", "Ailleurs", "Troisième"],
        f"groupe={cast.hidden.slug}": ["Secret"],
        "theme=sante": ["Premier"],
        "territoire=D93&quoi=tout": ["Premier", "Ailleurs"],
        "territoire=Bagnolet+(93)&quoi=tout": ["Ailleurs"],
        "territoire=D93&theme=sante&kind=appel": [],
    }
    assert {query: titles(chloe, f"?{query}") for query in expected} == expected
    assert chloe.get(f"/agenda?groupe={dates.slug}").status_code == 200
    assert browser(cast.driss).get(f"/agenda?groupe={cast.hidden.slug}").status_code == 404


def test_a_territory_that_is_not_there_is_said_and_stays_typed(cast, browser):
    answer = browser(cast.chloe).get("/agenda?territoire=Bagnoll%C3%A8")
    assert answer.status_code == 422
    assert 'value="Bagnollè"' in answer.text
    assert "Choisissez une commune" in answer.text


@pytest.mark.parametrize("query", ["mois=2026-13", "jour=x", "cursor=%00", "vue=mois&mois=9999-01"])
def test_an_address_that_says_nothing_shows_the_present(cast, dates, browser, query):
    assert browser(cast.chloe).get(f"/agenda?{query}").status_code == 200


def test_what_one_registered_for_and_organises_is_ones_own(cast, dates, browser):
    elsewhere = webinar(cast, dates, "Loin", at(6))
    with atomic():
        register(cast.chloe, elsewhere, RegistrationInput())
    chloe = browser(cast.chloe)
    assert titles(chloe, "?quoi=inscriptions") == ["Loin"]
    assert "Loin" in titles(chloe)
    assert "Inscription confirmée" in chloe.get("/agenda").text
    assert "Premier" in titles(browser(cast.amina), "?quoi=inscriptions")


def test_a_deadline_at_midnight_stands_on_the_day_that_it_ends(cast, dates, browser):
    chloe = browser(cast.chloe)
    assert titles(chloe, "?jour=2026-12-07") == ["Deuxième"]
    assert titles(chloe, "?jour=2026-12-08") == []
    assert "avant minuit" in chloe.get("/agenda?jour=2026-12-07").text


def test_a_month_is_a_table_with_each_day_named(cast, dates, browser):
    for number in range(5):
        webinar(cast, cast.ess, f"Numéro {number}", at(15, 9 + number))
    page = browser(cast.chloe).get("/agenda?vue=mois&mois=2026-12").text
    assert page.count('<th scope="col">') == 7
    assert page.count("<td ") == 35
    assert "mardi 15 décembre\u00a0: 5 rendez-vous" in page
    assert "3 de plus" in page
    assert 'href="/agenda?quoi=groupes&amp;vue=mois&amp;mois=2027-01"' in page
    first = browser(cast.chloe).get("/agenda?vue=mois&mois=2026-11").text
    assert "Passé" in first


def test_a_month_says_who_has_a_place_and_who_waits_for_one(cast, browser):
    full = webinar(cast, cast.ess, "Complet", at(9), capacity=1)
    with atomic():
        register(cast.chloe, full, RegistrationInput())
        register(cast.driss, full, RegistrationInput())
    month = "/agenda?vue=mois&mois=2026-12"
    for member, state in ((cast.chloe, "Inscription confirmée"), (cast.driss, "Liste d’attente")):
        entry = browser(member).get(month).text.partition('class="month-hour"')[2]
        assert state in entry.partition("Complet")[0]


def test_one_that_stands_in_two_groups_is_shown_once_and_a_cancelled_one_says_so(cast, browser):
    post = webinar(cast, cast.ess, "Partout", at(3))
    with atomic():
        place_post(cast.amina, post, cast.private)
        post.details.cancelled_at = NOW
    chloe = browser(cast.chloe)
    assert titles(chloe) == titles(chloe, "?quoi=tout") == ["Partout"]
    assert "Annulé" in chloe.get("/agenda").text


def test_later_dates_are_a_press_away(cast, browser):
    for number in range(35):
        webinar(cast, cast.ess, f"Numéro {number:02}", at(3) + timedelta(days=number))
    chloe = browser(cast.chloe)
    first = chloe.get("/agenda").text
    later = re.search(r'href="(/agenda\?[^"]*cursor=[^"]+)"', first)[1].replace("&amp;", "&")
    shown = TITLE.findall(first) + TITLE.findall(chloe.get(later).text)
    assert shown == [f"Numéro {number:02}" for number in range(35)]


def test_programs_get_the_same(cast, dates, browser, visitor):
    chloe = browser(cast.chloe)

    def listed(client, query=""):
        answer = client.get(f"/api/v1/agenda?from=2026-12-01T00:00:00Z{query}")
        assert answer.status_code == 200
        return [each["title"] for each in answer.json["items"]]

    assert listed(chloe) == ["Premier", "Secret", "Ailleurs", "Deuxième", "Troisième"]
    assert listed(visitor) == ["Premier", "Ailleurs", "Deuxième", "Troisième"]
    assert listed(chloe, "&to=2026-12-04T23:00:00Z") == ["Premier", "Secret"]
    assert listed(chloe, f"&group={cast.hidden.slug}") == ["Secret"]
    assert listed(chloe, "&theme=sante") == ["Premier"]
    assert listed(chloe, "&territory=D93") == ["Premier", "Ailleurs"]
    first = chloe.get("/api/v1/agenda?from=2026-12-01T00:00:00Z&limit=2").json
    rest = chloe.get(f"/api/v1/agenda?from=2026-12-01T00:00:00Z&cursor={first['next']}").json
    assert len(first["items"] + rest["items"]) == 5
    for query in (
        "theme=rien",
        "territory=X1",
        "from=2026-12-02T00:00:00Z&to=2026-12-01T00:00:00Z",
    ):
        assert chloe.get(f"/api/v1/agenda?{query}").status_code == 422
    assert visitor.get(f"/api/v1/agenda?group={cast.hidden.slug}").status_code == 404


def test_the_dates_of_a_page_are_one_statement(cast, dates, browser, count_queries):
    chloe = browser(cast.chloe)
    chloe.get("/agenda")
    with count_queries() as counted:
        chloe.get("/agenda?quoi=tout")
    assert sum("placement" in each and "starts_at" in each for each in counted.statements) == 1


@pytest.mark.parametrize("period", [AgendaPeriod.COMING, AgendaPeriod.PAST])
@pytest.mark.parametrize("scope", AgendaScope)
def test_pages_of_two_dates_miss_none_and_show_none_twice(cast, period, scope):
    groups = [make_group(cast.amina, f"Groupe {number}") for number in range(4)]
    month = 11 if period is AgendaPeriod.PAST else 12
    hours = [(0, 5), (0, 6), (0, 7), (1, 5), (1, 5), (2, 6), (3, 20)]
    for number, (group, day) in enumerate(hours):
        starts_at = at(day, 8 if number else 10, month)
        post = webinar(cast, groups[group], f"Numéro {number}", starts_at)
        if number == 0:
            with atomic():
                for other in groups[1:]:
                    place_post(cast.amina, post, other)
    found, cursor = [], None
    while True:
        page = list_agenda(AgendaFilter(scope), cast.amina, period, cursor, limit=2)
        found += page.items
        if (cursor := page.next) is None:
            break
    order = [(each.starts_at, each.id) for each in found]
    assert len(order) == len(set(order)) == len(hours)
    assert order == sorted(order, reverse=period is AgendaPeriod.PAST)
    assert {each.group_name for each in found if each.title == "Numéro 0"} == {"Groupe 0"}
