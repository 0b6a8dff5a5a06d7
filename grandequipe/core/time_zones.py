"""The clocks that are kept, one rule for posts, profiles and the list that one chooses from."""

from functools import cache
from zoneinfo import available_timezones

from babel.dates import get_timezone


@cache
def known_time_zones() -> frozenset[str]:
    """Give the zones of this machine that Babel takes, which writes their hours.

    It takes no `Factory`, nor the `localtime` of Debian: no page could be written with them.
    """
    return frozenset(filter(_is_taken, available_timezones()))


def _is_taken(zone: str) -> bool:
    try:
        get_timezone(zone)
    except LookupError:
        return False
    return True
