"""Clocks are chosen by the names that people give them."""

from typing import Any
from zoneinfo import available_timezones

import pytest
from flask_babel import force_locale
from sqlalchemy import update

from grandequipe.core.errors import Invalid
from grandequipe.core.time_zones import known_time_zones
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Kind, WebinarDetails
from grandequipe.members.models import Member
from grandequipe.web.time_zones import city, zone_choices
from tests.api.conftest import program  # noqa: F401 - a fixture
from tests.factories import draft_of, make_post


def names(language: str, chosen: str | None = None) -> dict[str, tuple[str, str]]:
    """List the names and the parts of the world in a language, by their codes."""
    with force_locale(language):
        return {each.value: (each.label, each.optgroup) for each in zone_choices(chosen)}


def test_french_clocks_come_first_by_their_territory(app: Any) -> None:
    shown = list(names("fr").values())
    assert shown[:6] == [
        ("France métropolitaine (Paris)", "France"),
        ("Guadeloupe", "France"),
        ("Martinique", "France"),
        ("Guyane française (Cayenne)", "France"),
        ("La Réunion", "France"),
        ("Mayotte", "France"),
    ]


@pytest.mark.parametrize(
    ("zone", "french", "english"),
    [
        ("Africa/Dakar", ("Sénégal (Dakar)", "Afrique"), ("Senegal (Dakar)", "Africa")),
        ("Asia/Kolkata", ("Inde (Kolkata)", "Asie"), ("India (Kolkata)", "Asia")),
        ("Asia/Singapore", ("Singapour", "Asie"), ("Singapore", "Asia")),
        (
            "America/Argentina/Buenos_Aires",
            ("Argentine (Buenos Aires)", "Amériques"),
            ("Argentina (Buenos Aires)", "Americas"),
        ),
        (
            "Atlantic/Cape_Verde",
            ("Cap-Vert", "Océan Atlantique"),
            ("Cape Verde", "Atlantic Ocean"),
        ),
    ],
)
def test_others_stand_under_their_continent(
    app: Any, zone: str, french: tuple[str, str], english: tuple[str, str]
) -> None:
    assert (names("fr")[zone], names("en")[zone]) == (french, english)


def test_parts_and_names_are_in_alphabetical_order(app: Any) -> None:
    parts = [part for _, part in names("fr").values()]
    assert list(dict.fromkeys(parts)) == [
        *("France", "Afrique", "Amériques", "Asie", "Europe"),
        *("Océan Atlantique", "Océan Indien", "Océanie"),
    ]
    europe = [name for name, part in names("fr").values() if part == "Europe"]
    assert europe.index("Espagne (Madrid)") < europe.index("Hongrie (Budapest)")


def test_a_second_name_of_a_zone_is_offered_to_a_member_who_has_it(app: Any) -> None:
    assert "Asia/Calcutta" not in names("fr")
    assert names("fr", "Asia/Calcutta")["Asia/Calcutta"][1] == "Asie"
    assert "Moon/Tranquility" not in names("fr", "Moon/Tranquility")


def test_no_name_is_a_code(app: Any) -> None:
    for zone, (name, _part) in names("fr").items():
        assert zone in available_timezones()
        assert "/" not in name
        assert "_" not in name


def test_a_town_is_written_in_the_reader_s_language(app: Any) -> None:
    with force_locale("fr"):
        assert city("Indian/Reunion") == "La Réunion"
        assert city("Europe/Brussels") == "Bruxelles"
    with force_locale("en"):
        assert city("Europe/Brussels") == "Brussels"


def test_the_page_shows_names_under_parts(cast: Any, browser: Any) -> None:
    page = browser(cast.chloe).get("/reglages/preferences").text
    assert '<optgroup label="Afrique">' in page
    assert '<option value="Africa/Dakar">Sénégal (Dakar)</option>' in page
    assert "Africa / Dakar" not in page


NOBODY_S = "Factory"  # the machine has it, Babel does not


def test_a_clock_that_no_page_can_be_written_with_is_refused(
    cast: Any,
    browser: Any,
    program: Any,  # noqa: F811
) -> None:
    assert NOBODY_S in available_timezones()
    with pytest.raises(Invalid) as webinar:
        draft_of(Kind.WEBINAR, time_zone=NOBODY_S).validate()
    assert list(webinar.value.errors) == ["time_zone"]
    refused = program(cast.chloe).patch("/me", {"time_zone": NOBODY_S})
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["time_zone"])
    assert browser(cast.chloe).get("/").status_code == 200


def test_every_other_clock_of_the_machine_is_known(app: Any) -> None:
    assert available_timezones() - known_time_zones() <= {NOBODY_S, "localtime"}
    for zone in known_time_zones():
        assert city(zone)


def test_one_that_was_kept_before_breaks_no_page(cast: Any, browser: Any) -> None:
    webinar = make_post(cast.amina, cast.ess, Kind.WEBINAR)
    with atomic():
        db.session.execute(update(WebinarDetails).values(time_zone=NOBODY_S))
        bruno_s = update(Member).where(Member.id == cast.bruno.id)
        db.session.execute(bruno_s.values(time_zone=NOBODY_S))
    address = f"/publications/{webinar.id}"
    for reader in (cast.chloe, cast.bruno):
        for path in (address, "/", "/groupes/ess-quartiers", "/reglages/preferences"):
            assert browser(reader).get(path).status_code == 200, path
    assert NOBODY_S not in browser(cast.amina).get(f"{address}/modifier").text
