"""Events, and the calendars that they are written into.

Guarantee: whatever a title holds, it stays the value of its line; a line has at most 75 octets.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

from grandequipe.core.calendars.lines import line, local, parameter, text_line, utc
from grandequipe.core.calendars.time_zones import write_time_zone
from grandequipe.core.time_zones import clock_of

CONTENT_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//Grande Équipe//Grande Équipe//FR"
# How often a program that subscribed may ask again.
REFRESH = "PT1H"


class Method(StrEnum):
    """What a program is asked to do with an event in a mail (RFC 5546).

    REQUEST and CANCEL are about one event, PUBLISH about any number, without an attendee.
    """

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"


class EventStatus(StrEnum):
    """How certain an event is."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True)
class Person:
    """The inviting or the invited person: a name and an e-mail address in ASCII."""

    name: str
    email: str


class CalendarEvent(NamedTuple):
    """An event; `ends_at` is None for a moment, such as a deadline.

    Times are written as `time_zone` shows them. `sequence` grows with each change that programs
    have to take over. An event that `blocks_time` makes its reader busy.
    """

    uid: str
    starts_at: datetime
    ends_at: datetime | None
    time_zone: str
    title: str
    changed_at: datetime
    sequence: int = 0
    description: str = ""
    place: str = ""
    url: str = ""
    status: EventStatus = EventStatus.CONFIRMED
    blocks_time: bool = True


def uid_of(subject: str, subject_id: int, created_at: datetime) -> str:
    """Give the UID of what a site has under an id, for ever, whatever becomes of its address.

    Another site has another thing under the same id, made at another microsecond.
    """
    name = f"{subject} {subject_id} {created_at.astimezone(UTC).isoformat()}"
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def write_calendar(
    events: Iterable[CalendarEvent],
    name: str,
    *,
    method: Method | None = None,
    organizer: Person | None = None,
    attendee: Person | None = None,
) -> bytes:
    """Write a calendar with the changes of the clocks of every zone in it.

    With a method it is a message about its events: they need an organizer, and an attendee
    unless they are published.
    """
    events = list(events)
    head = [
        line("BEGIN", "VCALENDAR"),
        line("VERSION", "2.0"),
        text_line("PRODID", PRODUCT),
        line("CALSCALE", "GREGORIAN"),
    ]
    if method is not None:
        head.append(line("METHOD", method))
    else:
        head += [
            text_line("NAME", name),
            text_line("X-WR-CALNAME", name),
            line("REFRESH-INTERVAL;VALUE=DURATION", REFRESH),
            line("X-PUBLISHED-TTL", REFRESH),
        ]
    body = [_write_event(event, _write_people(event, organizer, attendee)) for event in events]
    zones = _write_time_zones(events)
    return b"".join([*head, *zones, *body, line("END", "VCALENDAR")])


def _write_event(event: CalendarEvent, people: bytes) -> bytes:
    zone = clock_of(event.time_zone)
    starts_at = event.starts_at.astimezone(zone)
    ends_at = event.ends_at.astimezone(zone) if event.ends_at else None
    # An hour that clocks show twice means the first one (3.3.5): of the second UTC is written.
    in_utc = zone.key == "UTC" or bool(starts_at.fold) or bool(ends_at and ends_at.fold)
    changed_at = utc(event.changed_at)
    start = _moment("DTSTART", starts_at, zone.key, in_utc)
    end = _moment("DTEND", ends_at, zone.key, in_utc) if ends_at else ""
    # What is never long is written at once: feeds have thousands of events.
    short = (
        f"DTSTAMP:{changed_at}\r\nLAST-MODIFIED:{changed_at}\r\n{start}{end}"
        f"SEQUENCE:{event.sequence}\r\nSTATUS:{event.status.value}\r\n"
    )
    lines = [
        b"BEGIN:VEVENT\r\n",
        line("UID", event.uid),
        short.encode(),
        text_line("SUMMARY", event.title),
        text_line("DESCRIPTION", event.description) if event.description else b"",
        text_line("LOCATION", event.place) if event.place else b"",
        line("URL", event.url) if event.url else b"",
        b"" if event.blocks_time else b"TRANSP:TRANSPARENT\r\n",
        people,
        b"END:VEVENT\r\n",
    ]
    return b"".join(lines)


def _moment(name: str, moment: datetime, zone: str, in_utc: bool) -> str:
    if in_utc:
        return f"{name}:{utc(moment)}\r\n"
    return f"{name};TZID={zone}:{local(moment)}\r\n"


def _write_people(event: CalendarEvent, organizer: Person | None, attendee: Person | None) -> bytes:
    if organizer is None and attendee is None:
        return b""
    lines = []
    if organizer:
        name = parameter(organizer.name)
        lines.append(line(f"ORGANIZER;CN={name}", f"mailto:{organizer.email}"))
    if attendee:
        name = parameter(attendee.name)
        part = "TENTATIVE" if event.status is EventStatus.TENTATIVE else "ACCEPTED"
        role = f"ROLE=REQ-PARTICIPANT;PARTSTAT={part};RSVP=FALSE"
        lines.append(line(f"ATTENDEE;{role};CN={name}", f"mailto:{attendee.email}"))
    return b"".join(lines)


def _write_time_zones(events: Sequence[CalendarEvent]) -> Iterable[bytes]:
    years: dict[str, set[int]] = {}
    for zone, year in {(event.time_zone, event.starts_at.year) for event in events}:
        years.setdefault(clock_of(zone).key, set()).add(year)
    return [
        write_time_zone(key, min(each), max(each))
        for key, each in sorted(years.items())
        if key != "UTC"
    ]
