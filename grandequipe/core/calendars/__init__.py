"""Calendars as files for other programs: iCalendar (RFC 5545, 5546, 7986), written and not read."""

from grandequipe.core.calendars.objects import (
    CONTENT_TYPE,
    CalendarEvent,
    EventStatus,
    Method,
    Person,
    uid_of,
    write_calendar,
)

__all__ = [
    "CONTENT_TYPE",
    "CalendarEvent",
    "EventStatus",
    "Method",
    "Person",
    "uid_of",
    "write_calendar",
]
