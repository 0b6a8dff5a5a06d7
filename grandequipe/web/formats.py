"""Formats of dates and durations for people, in the language and time zone of the page."""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from babel.dates import format_date
from flask import Flask
from flask_babel import format_timedelta, get_locale, get_timezone, gettext as _

from grandequipe.core import text_validation
from grandequipe.core.html import excerpt
from grandequipe.core.time_zones import clock_of
from grandequipe.web.time_zones import city

A_DAY, A_WEEK, HALF_A_YEAR = timedelta(days=1), timedelta(days=7), timedelta(days=183)
NOON = time(12)
MIDNIGHTS = {"fr": "minuit", "en": "midnight"}
FIRST = re.compile(r"\b1 (?=[a-zéû])")


def clock_time(instant: datetime, time_zone: str | None = None) -> str:
    """Format a time of day: "20 h 30" in French, "8:30 pm" and "noon" in English."""
    local = _local(instant, time_zone)
    if str(get_locale()) == "fr":
        minutes = f"{local.minute:02d}" if local.minute else ""
        return f"{local.hour}\u00a0h\u00a0{minutes}".rstrip("\u00a0")
    if local.time().replace(second=0, microsecond=0) == NOON:
        return "noon"
    hour = local.strftime("%I").lstrip("0")
    return f"{hour}:{local.minute:02d}\u00a0{local.strftime('%p').lower()}"


def closing_time(instant: datetime, time_zone: str | None = None) -> str:
    """Format the time of an end: "midnight" at 0:00, with the day of `closing_day`."""
    if _is_midnight(_local(instant, time_zone)):
        return MIDNIGHTS[str(get_locale())]
    return clock_time(instant, time_zone)


def closing_day(instant: datetime, time_zone: str | None = None) -> date:
    """Return the day of an end: 0:00 on Tuesday is Monday at midnight.

    "Until Tuesday" would be understood as including Tuesday.
    """
    local = _local(instant, time_zone)
    return local.date() - A_DAY if _is_midnight(local) else local.date()


def long_day(day: date, time_zone: str | None = None, near: date | None = None) -> str:
    """Format a date, or that of an instant, with the weekday: "jeudi 26 novembre 2026".

    The year is left out within half a year of `near`, the reader's date.
    """
    if isinstance(day, datetime):
        day = _local(day, time_zone).date()
    is_near = near is not None and abs(day - near) < HALF_A_YEAR
    return written_day(day, "EEEE d MMMM" if is_near else "EEEE d MMMM y")


def closing_moment(
    instant: datetime, time_zone: str | None = None, near: date | None = None
) -> str:
    """Format a deadline: "lundi 14 décembre à minuit"."""
    day = long_day(closing_day(instant, time_zone), near=near)
    return _("%(date)s at %(time)s", date=day, time=closing_time(instant, time_zone))


def span(
    starts_at: datetime, ends_at: datetime | None, time_zone: str, near: date | None = None
) -> str:
    """Format a period: "jeudi 26 novembre, de 14 h à 15 h 30"."""
    day, hour = long_day(starts_at, time_zone, near), clock_time(starts_at, time_zone)
    if ends_at is None:
        return _("%(date)s at %(time)s", date=day, time=hour)
    last = long_day(closing_day(ends_at, time_zone), near=near)
    hours = {"start": hour, "end": closing_time(ends_at, time_zone)}
    if last == day:
        written = _("%(day)s, from %(start)s to %(end)s", day=day, **hours)
    else:
        written = _("from %(day)s at %(start)s to %(last)s at %(end)s", day=day, last=last, **hours)
    begin, end = (_local(instant, time_zone).utcoffset() for instant in (starts_at, ends_at))
    # When clocks go back, one hour occurs twice.
    return written if begin == end else _("%(span)s (the clocks change in between)", span=written)


def _local(instant: datetime, time_zone: str | None) -> datetime:
    # Not the zone object of Flask-Babel (pytz), which has no summer time after 2037.
    return instant.astimezone(clock_of(time_zone or str(get_timezone())))


def _is_midnight(local: datetime) -> bool:
    return (local.hour, local.minute) == (0, 0)


def written_day(day: date, pattern: str = "long") -> str:
    """Format a date by a CLDR pattern; the first of a French month is "1er".

    "long" is day, month and year in both languages, as in `long_day`.
    """
    pattern = "d MMMM y" if pattern == "long" else pattern
    return _written(day, pattern, str(get_locale()))


@lru_cache(maxsize=4000)
def _written(day: date, pattern: str, locale: str) -> str:
    written = format_date(day, pattern, locale)
    return FIRST.sub("1er ", written) if locale == "fr" else written


def lasting(length: timedelta) -> str:
    """Format a duration in days; one day and one week in words: "une semaine"."""
    if length == A_WEEK:
        return str(_("one week"))
    if length == A_DAY:
        return str(_("one day"))
    return str(format_timedelta(length, granularity="day"))


def stamp(value: date) -> str:
    """Format a date or an instant (UTC, to the second) for a `datetime` attribute."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat()


def init_app(app: Flask) -> None:
    """Register the template filters."""
    app.jinja_env.filters.update(
        city=city,
        clock_time=clock_time,
        closing_day=closing_day,
        closing_moment=closing_moment,
        closing_time=closing_time,
        long_day=long_day,
        dateformat=written_day,
        span=span,
        excerpt=excerpt,
        stamp=stamp,
        quoted=text_validation.quoted,
        unlinked=text_validation.unlinked,
    )
