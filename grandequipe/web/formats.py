"""How dates and numbers are written for people."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Flask
from flask_babel import format_date, format_datetime, get_locale, get_timezone

NARROW_SPACE = "\u202f"


def clock_time(instant: datetime, time_zone: str | None = None) -> str:
    """Write an hour as people here do: "20 h 30" in French, "8:30 pm" in English."""
    zone = ZoneInfo(time_zone) if time_zone else get_timezone()
    local = instant.astimezone(zone)
    if str(get_locale()) == "fr":
        minutes = f"{local.minute:02d}" if local.minute else ""
        return f"{local.hour}\u00a0h\u00a0{minutes}".rstrip("\u00a0")
    hour = local.strftime("%I").lstrip("0")
    return f"{hour}:{local.minute:02d}\u00a0{local.strftime('%p').lower()}"


def long_day(instant: datetime, time_zone: str | None = None) -> str:
    """Write a day with its name: "jeudi 26 novembre 2026"."""
    zone = ZoneInfo(time_zone) if time_zone else get_timezone()
    return format_date(instant.astimezone(zone).date(), "EEEE d MMMM y")


def init_app(app: Flask) -> None:
    """Offer the formats to templates."""
    app.jinja_env.filters.update(
        clock_time=clock_time, long_day=long_day, date=format_date, moment=format_datetime
    )
