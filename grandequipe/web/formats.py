"""How dates, numbers and titles are written for people."""

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from babel.dates import format_date
from flask import Flask
from flask_babel import format_timedelta, get_locale, get_timezone, gettext as _

from grandequipe.core import words
from grandequipe.core.time_zones import clock_of
from grandequipe.web.time_zones import city

A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)
FIRST = re.compile(r"\b1 (?=[a-zéû])")


def clock_time(instant: datetime, time_zone: str | None = None) -> str:
    """Write an hour as people here do: "20 h 30" in French, "8:30 pm" in English."""
    zone = clock_of(time_zone) if time_zone else get_timezone()
    local = instant.astimezone(zone)
    if str(get_locale()) == "fr":
        minutes = f"{local.minute:02d}" if local.minute else ""
        return f"{local.hour}\u00a0h\u00a0{minutes}".rstrip("\u00a0")
    hour = local.strftime("%I").lstrip("0")
    return f"{hour}:{local.minute:02d}\u00a0{local.strftime('%p').lower()}"


def long_day(instant: datetime, time_zone: str | None = None) -> str:
    """Write a day with its name: "jeudi 26 novembre 2026"."""
    zone = clock_of(time_zone) if time_zone else get_timezone()
    return written_day(instant.astimezone(zone).date(), "EEEE d MMMM y")


def written_day(day: date, pattern: str = "long") -> str:
    """Write a day by a CLDR pattern; the first of a French month is "1er".

    The long one goes from the day to the year in both languages, as days with their names do.
    """
    pattern = "d MMMM y" if pattern == "long" else pattern
    return _written(day, pattern, str(get_locale()))


@lru_cache(maxsize=4000)
def _written(day: date, pattern: str, locale: str) -> str:
    written = format_date(day, pattern, locale)
    return FIRST.sub("1er ", written) if locale == "fr" else written


def lasting(length: timedelta) -> str:
    """Write how long something is good for, in words where it is one of a kind: "une semaine"."""
    if length == A_WEEK:
        return str(_("one week"))
    if length == A_DAY:
        return str(_("one day"))
    return str(format_timedelta(length, granularity="day"))


def stamp(value: date) -> str:
    """Write a day or an instant for machines, to the second: a page carries many."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat()


def init_app(app: Flask) -> None:
    """Offer the formats to templates."""
    app.jinja_env.filters.update(
        city=city,
        clock_time=clock_time,
        long_day=long_day,
        dateformat=written_day,
        stamp=stamp,
        quoted=words.quoted,
        unlinked=words.unlinked,
    )
