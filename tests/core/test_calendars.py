"""What is written as a calendar is read back by other programs as it was meant."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject
from dateutil.tz import tzical
from flask import Flask
from hypothesis import given, settings, strategies as st

from grandequipe.core.calendars import (
    CalendarEvent,
    EventStatus,
    Method,
    Person,
    uid_of,
    write_calendar,
)

PARIS = ZoneInfo("Europe/Paris")
WRITTEN_AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
HOSTILE = (
    "Un titre\r\nATTACH:https://evil.example\r\n",
    "virgule, point-virgule; barre \\n oblique \\",
    "é" * 300,
    "🧑‍🤝‍🧑" * 40,
    "עברית\u202eabc\u202c et du français",
    "BEGIN:VEVENT",
    "\x00\x07\x1b",
    '"; X=1:',
)


def event(**values: object) -> CalendarEvent:
    """Make an event on a winter afternoon in Paris."""
    starts_at = datetime(2026, 12, 10, 14, tzinfo=PARIS)
    usual = {
        "uid": "b9a3",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=90),
        "time_zone": "Europe/Paris",
        "title": "Chauffer moins",
        "changed_at": WRITTEN_AT,
    }
    return CalendarEvent(**{**usual, **values})  # type: ignore[arg-type]


def read_by_both(calendar: bytes) -> tuple[icalendar.Event, vobject.base.Component]:
    """Read the only event of a calendar with two programs that know nothing of each other."""
    (first,) = icalendar.Calendar.from_ical(calendar).events
    second = vobject.readOne(calendar.decode())
    assert len(second.vevent_list) == 1
    return first, second.vevent


def as_read(text: str) -> str:
    """Give what is left of a text: line ends are one, controls are gone."""
    for end in ("\r\n", *"\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"):
        text = text.replace(end, "\n")
    return "".join(
        sign for sign in text if sign == "\n" or not (ord(sign) < 32 or 126 < ord(sign) < 160)
    )


def test_two_programs_read_an_event_as_it_was_meant(app: Flask) -> None:
    calendar = write_calendar(
        [
            event(
                description="On raconte.\n\nhttps://example.org/publications/1/salle",
                place="12, rue de la Paix ; fond de cour",
                url="https://example.org/publications/1",
                sequence=3,
                status=EventStatus.CANCELLED,
                blocks_time=False,
            )
        ],
        "ESS Quartiers",
    )
    first, second = read_by_both(calendar)
    starts_at = datetime(2026, 12, 10, 14, tzinfo=PARIS)
    assert first.start == second.dtstart.value == starts_at
    assert first.end == second.dtend.value == starts_at + timedelta(minutes=90)
    assert (str(first["SUMMARY"]), second.summary.value) == ("Chauffer moins",) * 2
    assert str(first["DESCRIPTION"]) == second.description.value
    assert str(first["LOCATION"]) == second.location.value == "12, rue de la Paix ; fond de cour"
    assert (first["SEQUENCE"], first["STATUS"], first["TRANSP"]) == (3, "CANCELLED", "TRANSPARENT")
    assert (second.sequence.value, second.status.value) == ("3", "CANCELLED")
    assert icalendar.Calendar.from_ical(calendar).calendar_name == "ESS Quartiers"


def test_a_deadline_is_a_moment(app: Flask) -> None:
    first, second = read_by_both(write_calendar([event(ends_at=None)], "x"))
    assert first.start == first.end == second.dtstart.value
    assert not hasattr(second, "dtend")


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_stays_a_title(app: Flask, title: str) -> None:
    calendar = write_calendar([event(title=title, place=title, description=title)], title)
    assert max(map(len, calendar.split(b"\r\n"))) <= 75
    assert b"\n" not in calendar.replace(b"\r\n", b"")
    first, second = read_by_both(calendar)
    for name in ("SUMMARY", "LOCATION", "DESCRIPTION"):
        assert str(first[name]) == getattr(second, name.lower()).value == as_read(title)
    assert "ATTACH" not in first


@settings(max_examples=200)
@given(title=st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_text_is_read_back(session_app: Flask, title: str) -> None:
    with session_app.app_context():
        calendar = write_calendar([event(title=title)], "x")
    assert max(map(len, calendar.split(b"\r\n"))) <= 75
    calendar.decode()
    (read,) = icalendar.Calendar.from_ical(calendar).events
    assert str(read["SUMMARY"]) == as_read(title)


@pytest.mark.parametrize("name", ['Ada "la" Lovelace', "A\r\nX:y", "é" * 200, 'x":mailto:evil@y.z'])
def test_an_invitation_names_who_invites_and_who_comes(app: Flask, name: str) -> None:
    people = {
        "organizer": Person(name, "site@example.org"),
        "attendee": Person(name, "lucie@example.org"),
    }
    for method, status in ((Method.REQUEST, "CONFIRMED"), (Method.CANCEL, "CANCELLED")):
        invited = event(status=EventStatus(status))
        calendar = write_calendar([invited], "x", method=method, **people)  # type: ignore[arg-type]
        first, second = read_by_both(calendar)
        assert icalendar.Calendar.from_ical(calendar)["METHOD"] == method
        assert first["ORGANIZER"] == second.organizer.value == "mailto:site@example.org"
        assert first["ATTENDEE"] == second.attendee.value == "mailto:lucie@example.org"
        assert first["STATUS"] == status
        assert max(map(len, calendar.split(b"\r\n"))) <= 75


ZONES = (
    "Europe/Paris",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Kolkata",
    "America/Martinique",
    "Pacific/Auckland",
    "America/Santiago",
)


@pytest.mark.parametrize("zone", ZONES)
def test_programs_that_know_no_zone_read_its_clocks_from_the_calendar(
    app: Flask, zone: str
) -> None:
    begins = datetime(2026, 1, 1, 12, tzinfo=UTC)
    dated = [event(starts_at=begins + timedelta(days=days), time_zone=zone) for days in (0, 700)]
    calendar = write_calendar(dated, "x")
    read = tzical(StringIO(calendar.decode())).get(zone)
    (own,) = (
        each.to_tz(lookup_tzid=False) for each in icalendar.Calendar.from_ical(calendar).timezones
    )
    # An hour that clocks skip or show twice has no one answer.
    for hour in range(0, 700 * 24, 7):
        instant = begins + timedelta(hours=hour)
        shown = instant.astimezone(ZoneInfo(zone))
        is_twice = shown.replace(fold=1).utcoffset() != shown.replace(fold=0).utcoffset()
        if not is_twice:
            bare = shown.replace(tzinfo=None)
            assert bare.replace(tzinfo=read).utcoffset() == shown.utcoffset(), shown
            assert bare.replace(tzinfo=own).utcoffset() == shown.utcoffset(), shown


def test_both_changes_of_the_clocks_are_kept_to_the_hour(app: Flask) -> None:
    # The second 2:30 of the night in October, the hour after the one that March skips.
    for instant in (
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
        datetime(2026, 3, 29, 1, tzinfo=UTC),
    ):
        ends_at = instant + timedelta(hours=1)
        calendar = write_calendar([event(starts_at=instant, ends_at=ends_at)], "x")
        for each in read_by_both(calendar):
            read = each.start if isinstance(each, icalendar.Event) else each.dtstart.value
            assert read.astimezone(UTC) == instant


def test_a_uid_is_the_same_for_ever_and_of_one_thing(app: Flask) -> None:
    made_at = datetime(2026, 12, 1, 9, 0, 0, 123456, tzinfo=UTC)
    uid = uid_of("post", 7, made_at)
    assert uid == "074f991da9fbbf0bfa7822f61fc66540"
    assert uid == uid_of("post", 7, made_at.astimezone(PARIS))
    others = {uid_of("post", 8, made_at), uid_of("post", 7, made_at + timedelta(microseconds=1))}
    assert uid not in others
    assert len(others) == 2
