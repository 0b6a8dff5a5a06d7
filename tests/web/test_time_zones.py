"""Clocks are chosen by the names that people give them."""

from typing import Any
from zoneinfo import available_timezones

import pytest
from flask_babel import force_locale

from grandequipe.web.time_zones import city, zone_choices


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


def test_parts_and_names_are_in_the_order_of_their_letters(app: Any) -> None:
    parts = [part for _, part in names("fr").values()]
    assert list(dict.fromkeys(parts)) == [
        *("France", "Afrique", "Amériques", "Asie", "Europe"),
        *("Océan Atlantique", "Océan Indien", "Océanie"),
    ]
    europe = [name for name, part in names("fr").values() if part == "Europe"]
    assert europe.index("Espagne (Madrid)") < europe.index("Hongrie (Budapest)")


def test_a_second_name_of_a_zone_is_offered_to_whoever_has_it(app: Any) -> None:
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
