"""The changes of a zone's clocks, for programs that do not know the zone (VTIMEZONE, 3.6.5)."""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from grandequipe.core.calendars.lines import line, local, text_line

# No zone changes its clocks twice within so few days.
STEP = timedelta(days=7)
A_SECOND = timedelta(seconds=1)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# Fewer years show no rule.
FEWEST_FOR_RULE = 3
YEARS_BEFORE, YEARS_AFTER = 1, 3


class Change(NamedTuple):
    """A change of a zone's clocks, and the time that they would show then without it."""

    shown: datetime
    offset_before: timedelta
    offset_after: timedelta
    name: str


@lru_cache(maxsize=100)
def write_time_zone(key: str, first_year: int, last_year: int) -> bytes:
    """Write the VTIMEZONE of a zone, right from the first year to the last and some years on.

    Changes that follow a rule, as most do, are right for as long as the rule holds: programs that
    know no list of dates (RDATE) read it.
    """
    zone = ZoneInfo(key)
    begins = datetime(first_year - YEARS_BEFORE, 1, 1, tzinfo=UTC)
    ends = datetime(last_year + YEARS_AFTER, 1, 1, tzinfo=UTC)
    kinds: dict[tuple[timedelta, timedelta, str], list[datetime]] = {}
    for change in _list_changes(zone, begins, ends):
        kinds.setdefault(change[1:], []).append(change.shown)
    if not kinds:
        first = begins.astimezone(zone)
        offset = first.utcoffset() or timedelta(0)
        kinds[offset, offset, first.tzname() or key] = [first.replace(tzinfo=None)]
    observances = [_write_observance(Change(each[0], *kind), each) for kind, each in kinds.items()]
    return b"".join(
        [line("BEGIN", "VTIMEZONE"), text_line("TZID", key), *observances, line("END", "VTIMEZONE")]
    )


def _list_changes(zone: ZoneInfo, begins: datetime, ends: datetime) -> Iterator[Change]:
    before = begins
    while before < ends:
        after = before + STEP
        if _offset(zone, before) != _offset(zone, after):
            instant = _first_after(zone, before, after)
            offset = _offset(zone, before)
            local_after = instant.astimezone(zone)
            yield Change(
                (instant + offset).replace(tzinfo=None),
                offset,
                _offset(zone, instant),
                local_after.tzname() or zone.key,
            )
        before = after


def _offset(zone: ZoneInfo, instant: datetime) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta(0)


def _first_after(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Find the first instant with the later offset, to the second."""
    offset = _offset(zone, before)
    while after - before > A_SECOND:
        middle = before + (after - before) / 2
        middle = middle.replace(microsecond=0)
        if middle == before:
            middle += A_SECOND
        if _offset(zone, middle) == offset:
            before = middle
        else:
            after = middle
    return after


def _write_observance(change: Change, starts: Sequence[datetime]) -> bytes:
    name = "DAYLIGHT" if change.offset_after > change.offset_before else "STANDARD"
    lines = [
        line("BEGIN", name),
        line("DTSTART", local(change.shown)),
        line("TZOFFSETFROM", _written(change.offset_before)),
        line("TZOFFSETTO", _written(change.offset_after)),
        text_line("TZNAME", change.name),
    ]
    rule = _find_rule(starts)
    if rule:
        lines.append(line("RRULE", f"FREQ=YEARLY;{rule}"))
    elif len(starts) > 1:
        lines.append(line("RDATE", ",".join(map(local, starts[1:]))))
    return b"".join([*lines, line("END", name)])


def _find_rule(starts: Sequence[datetime]) -> str | None:
    """Find the rule that all these changes follow, one in each year; None where there is none."""
    years = [start.year for start in starts]
    is_yearly = years == list(range(years[0], years[0] + len(years)))
    clocks = {(start.month, start.weekday(), start.time()) for start in starts}
    if len(starts) < FEWEST_FOR_RULE or not is_yearly or len(clocks) != 1:
        return None
    for numbers in (map(_from_end, starts), map(_from_start, starts)):
        found = set(numbers)
        if len(found) == 1:
            weekday = WEEKDAYS[starts[0].weekday()]
            return f"BYMONTH={starts[0].month};BYDAY={found.pop()}{weekday}"
    return None


def _from_start(day: datetime) -> int:
    return (day.day - 1) // 7 + 1


def _from_end(day: datetime) -> int:
    return (day.day - 1 - monthrange(day.year, day.month)[1]) // 7


def _written(offset: timedelta) -> str:
    seconds = int(abs(offset).total_seconds())
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    sign = "-" if offset < timedelta(0) else "+"
    return f"{sign}{hours:02d}{minutes:02d}" + (f"{rest:02d}" if rest else "")
