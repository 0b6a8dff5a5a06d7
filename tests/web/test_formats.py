"""Days and hours are written as people here write them."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale

from grandequipe.core.words import quoted
from grandequipe.web.formats import clock_time, lasting, long_day, written_day

HOUSE = Path(__file__).parents[2] / "grandequipe"
TEMPLATES = [path for end in ("html", "txt") for path in HOUSE.rglob(f"templates/**/*.{end}")]
FIRST = datetime(2026, 12, 1, 13, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("locale", "hour", "minute", "written"),
    [
        ("fr", 7, 0, "8\u00a0h"),
        ("fr", 19, 30, "20\u00a0h\u00a030"),
        ("fr", 19, 5, "20\u00a0h\u00a005"),
        ("en", 7, 0, "8:00\u00a0am"),
        ("en", 19, 30, "8:30\u00a0pm"),
    ],
)
def test_an_hour(app: Flask, locale: str, hour: int, minute: int, written: str) -> None:
    with app.test_request_context(), force_locale(locale):
        assert clock_time(FIRST.replace(hour=hour, minute=minute), "Europe/Paris") == written


@pytest.mark.parametrize(
    ("locale", "day", "written"),
    [
        ("fr", 1, "mardi 1er décembre 2026"),
        ("fr", 11, "vendredi 11 décembre 2026"),
        ("fr", 21, "lundi 21 décembre 2026"),
        ("en", 1, "Tuesday 1 December 2026"),
    ],
)
def test_a_day(app: Flask, locale: str, day: int, written: str) -> None:
    with app.test_request_context(), force_locale(locale):
        assert long_day(FIRST.replace(day=day), "Europe/Paris") == written


@pytest.mark.parametrize(
    ("locale", "written"), [("fr", "15 décembre 2025"), ("en", "15 December 2025")]
)
def test_a_day_without_its_name_has_the_same_order(app: Flask, locale: str, written: str) -> None:
    with app.test_request_context(), force_locale(locale):
        assert written_day(date(2025, 12, 15)) == written


def test_how_long_something_is_good_for_is_said_in_words(app: Flask) -> None:
    with app.test_request_context(), force_locale("fr"):
        assert [lasting(timedelta(days=days)) for days in (7, 1)] == ["une semaine", "un jour"]
        assert lasting(timedelta(days=3)).replace("\u00a0", " ") == "3 jours"


@pytest.mark.parametrize(
    ("locale", "words", "written"),
    [
        ("fr", "«\u00a0Demain\u00a0» a dix ans", "“Demain” a dix ans"),
        ("fr", "«\u202fDemain\u202f», «demain», « après »", "“Demain”, “demain”, “après”"),
        ("fr", "L’âge de “faire”", "L’âge de “faire”"),
        ("en", "“Tomorrow” is ten", "‘Tomorrow’ is ten"),
        ("en", "«\u00a0Demain\u00a0» is ten", "«\u00a0Demain\u00a0» is ten"),
    ],
)
def test_marks_within_marks(app: Flask, locale: str, words: str, written: str) -> None:
    with app.test_request_context(), force_locale(locale):
        assert quoted(words) == written


def test_every_title_that_is_quoted_may_hold_a_quotation() -> None:
    """Each value that a sentence puts between marks is written for it."""
    named = re.compile(r"“%\((\w+)\)s”")
    unwritten = [
        f"{path.name}: {line.strip()}"
        for path in TEMPLATES
        for line in path.read_text().splitlines()
        for name in named.findall(line)
        if not re.search(rf"\b{name}=[^,]*\| quoted\b", line)
    ]
    assert TEMPLATES
    assert unwritten == []
