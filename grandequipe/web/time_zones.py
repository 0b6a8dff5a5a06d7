"""Names of time zones in a select field: "Sénégal (Dakar)", not "Africa/Dakar"."""

import unicodedata
from functools import lru_cache

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location
from flask_babel import get_locale, gettext as _
from wtforms.fields import SelectChoice

from grandequipe.core.time_zones import known_time_zones

# The zones of France, first in the list.
FRENCH = (
    "Europe/Paris", "America/Guadeloupe", "America/Martinique", "America/Cayenne",
    "Indian/Reunion", "Indian/Mayotte", "America/Miquelon", "America/St_Barthelemy",
    "America/Marigot", "Pacific/Noumea", "Pacific/Tahiti", "Pacific/Wallis",
)  # fmt: skip
# CLDR's region codes of the continents, by the first part of a zone's name; oceans have none.
CONTINENTS = {
    "Africa": "002", "America": "019", "Asia": "142", "Europe": "150",
    "Australia": "009", "Pacific": "009",
}  # fmt: skip
OCEANS = ("Atlantic", "Indian")


def city(zone: str) -> str:
    """Return the town or island of a time zone: "La Réunion", not "Indian/Reunion"."""
    return _city(zone, str(get_locale()))


def zone_choices(chosen: str | None) -> list[SelectChoice]:
    """List the time zones by continent and name; the chosen one is always among them."""
    french = [SelectChoice(zone, _french_name(zone), optgroup=_("France")) for zone in FRENCH]
    others = [(_part(zone), _name(zone, str(get_locale())), zone) for zone in _others(chosen)]
    others.sort(key=lambda each: tuple(map(plain, each)))
    return french + [SelectChoice(zone, name, optgroup=part) for part, name, zone in others]


def _others(chosen: str | None) -> set[str]:
    """Return the zones outside France without aliases, except a chosen one."""
    zones = known_time_zones()
    current = zones - set(get_global("zone_aliases"))
    wanted = current | (zones & {chosen or ""})
    return {each for each in wanted if _first(each) in (*CONTINENTS, *OCEANS)} - set(FRENCH)


def _part(zone: str) -> str:
    first = _first(zone)
    if first in CONTINENTS:
        return str(Locale(str(get_locale())).territories[CONTINENTS[first]])
    return _("Atlantic Ocean") if first == "Atlantic" else _("Indian Ocean")


def _french_name(zone: str) -> str:
    if zone == "Europe/Paris":
        return _("Mainland France (Paris)")
    return _name(zone, str(get_locale()))


@lru_cache(maxsize=2000)
def _name(zone: str, locale: str) -> str:
    """Return the country, and the town where the country's name does not hold it."""
    town = _city(zone, locale)
    country = Locale(locale).territories.get(get_global("zone_territories").get(zone, ""))
    if not country or town in country:
        return str(country or town)
    return f"{country} ({town})"


@lru_cache(maxsize=2000)
def _city(zone: str, locale: str) -> str:
    if zone not in known_time_zones():
        # Stored by an earlier version, or by a machine with another tz database.
        return zone
    return str(get_timezone_location(zone, locale=locale, return_city=True)).rsplit("/", 1)[-1]


def _first(zone: str) -> str:
    return zone.split("/", 1)[0]


def plain(text: str) -> str:
    """Return a sort key: without accents or case."""
    return unicodedata.normalize("NFD", text).encode("ascii", "ignore").decode().casefold()
