"""The clocks that are kept, one rule for posts, profiles and the list that one chooses from."""

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel.dates import get_timezone
from flask import current_app


@cache
def known_time_zones() -> frozenset[str]:
    """Give the zones of this machine that Babel takes, which writes their hours.

    It takes no `Factory`, nor the `localtime` of Debian: no page could be written with them.
    """
    return frozenset(filter(_is_taken, available_timezones()))


def clock_of(zone: str) -> ZoneInfo:
    """Give the clock of a zone; the site's, where this machine does not know the name any more.

    A name that was kept is for ever: a machine that serves the same data later may lack it.
    """
    if zone not in known_time_zones():
        zone = current_app.config["SETTINGS"].default_time_zone
    return ZoneInfo(zone)


def _is_taken(zone: str) -> bool:
    try:
        get_timezone(zone)
    except LookupError:
        return False
    return True
