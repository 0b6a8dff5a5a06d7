"""Days and hours are written as people here write them."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale

from grandequipe.core.text_validation import quoted
from grandequipe.web.formats import (
    clock_time,
    closing_moment,
    lasting,
    long_day,
    span,
    written_day,
)

PACKAGE = Path(__file__).parents[2] / "grandequipe"
TEMPLATES = [path for end in ("html", "txt") for path in PACKAGE.rglob(f"templates/**/*.{end}")]
FIRST = datetime(2026, 12, 1, 13, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("locale", "hour", "minute", "written"),
    [
        ("fr", 7, 0, "8\u00a0h"),
        ("fr", 19, 30, "20\u00a0h\u00a030"),
        ("fr", 19, 5, "20\u00a0h\u00a005"),
        ("en", 7, 0, "8:00\u00a0am"),
        ("en", 19, 30, "8:30\u00a0pm"),
        ("en", 11, 0, "noon"),
        ("en", 11, 1, "12:01\u00a0pm"),
        ("fr", 11, 0, "12\u00a0h"),
        ("en", 23, 0, "12:00\u00a0am"),
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


PARIS, REUNION = "Europe/Paris", "Indian/Reunion"


@pytest.mark.parametrize(
    ("locale", "zone", "closes_at", "written"),
    [
        ("fr", PARIS, "2026-12-15T00:00+01:00", "lundi 14 décembre à minuit"),
        ("fr", PARIS, "2026-12-14T23:59+01:00", "lundi 14 décembre à 23\u00a0h\u00a059"),
        ("fr", PARIS, "2026-12-15T00:01+01:00", "mardi 15 décembre à 0\u00a0h\u00a001"),
        ("fr", PARIS, "2026-12-15T12:00+01:00", "mardi 15 décembre à 12\u00a0h"),
        ("fr", PARIS, "2027-01-01T00:00+01:00", "jeudi 31 décembre à minuit"),
        ("fr", PARIS, "2026-12-02T00:00+01:00", "mardi 1er décembre à minuit"),
        ("fr", PARIS, "2027-12-15T00:00+01:00", "mardi 14 décembre 2027 à minuit"),
        ("fr", REUNION, "2026-12-15T00:00+01:00", "mardi 15 décembre à 3\u00a0h"),
        ("fr", REUNION, "2026-12-14T21:00+01:00", "lundi 14 décembre à minuit"),
        ("en", PARIS, "2026-12-15T00:00+01:00", "Monday 14 December at midnight"),
        ("en", PARIS, "2026-12-15T12:00+01:00", "Tuesday 15 December at noon"),
        # The clocks go back on 25 October and forward on 28 March: both midnights are midnights.
        ("fr", PARIS, "2026-10-26T00:00+01:00", "dimanche 25 octobre à minuit"),
        ("fr", PARIS, "2026-10-25T00:00+02:00", "samedi 24 octobre à minuit"),
        ("fr", PARIS, "2027-03-29T00:00+02:00", "dimanche 28 mars à minuit"),
    ],
)
def test_what_ends_at_midnight_ends_the_day_before(
    app: Flask, locale: str, zone: str, closes_at: str, written: str
) -> None:
    """B1: a call that closes on Tuesday at 0:00 is open until Monday at midnight."""
    with app.test_request_context(), force_locale(locale):
        moment = closing_moment(datetime.fromisoformat(closes_at), zone, date(2026, 11, 30))
        assert moment == written


@pytest.mark.parametrize(
    ("locale", "starts_at", "ends_at", "written"),
    [
        ("fr", "2026-12-03T14:00+01:00", "2026-12-03T15:30+01:00",
         "jeudi 3 décembre, de 14\u00a0h à 15\u00a0h\u00a030"),
        ("en", "2026-12-03T14:00+01:00", "2026-12-03T15:30+01:00",
         "Thursday 3 December, from 2:00\u00a0pm to 3:30\u00a0pm"),
        ("fr", "2026-12-03T22:00+01:00", "2026-12-04T00:00+01:00",
         "jeudi 3 décembre, de 22\u00a0h à minuit"),
        ("fr", "2026-12-03T22:00+01:00", "2026-12-04T01:00+01:00",
         "du jeudi 3 décembre à 22\u00a0h au vendredi 4 décembre à 1\u00a0h"),
        ("en", "2026-12-03T22:00+01:00", "2026-12-04T01:00+01:00",
         "from Thursday 3 December at 10:00\u00a0pm to Friday 4 December at 1:00\u00a0am"),
        ("fr", "2026-12-04T00:00+01:00", "2026-12-04T01:00+01:00",
         "vendredi 4 décembre, de 0\u00a0h à 1\u00a0h"),
        ("fr", "2026-12-03T14:00+01:00", None, "jeudi 3 décembre à 14\u00a0h"),
        ("fr", "2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00",
         "dimanche 25 octobre, de 2\u00a0h\u00a030 à 2\u00a0h\u00a030"
         " (l’heure change entre-temps)"),
        ("fr", "2027-03-28T01:30+01:00", "2027-03-28T03:30+02:00",
         "dimanche 28 mars, de 1\u00a0h\u00a030 à 3\u00a0h\u00a030"
         " (l’heure change entre-temps)"),
    ],
)  # fmt: skip
def test_from_when_to_when(
    app: Flask, locale: str, starts_at: str, ends_at: str | None, written: str
) -> None:
    """B1: the end of what lasts into the night is said as one would say it."""
    end = datetime.fromisoformat(ends_at) if ends_at else None
    with app.test_request_context(), force_locale(locale):
        said = span(datetime.fromisoformat(starts_at), end, PARIS, date(2026, 11, 30))
        assert said == written


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
        if not re.search(rf"\b{name}=(?:[^,]*\| quoted\b|title\b)", line)
    ]
    assert TEMPLATES
    assert unwritten == []
