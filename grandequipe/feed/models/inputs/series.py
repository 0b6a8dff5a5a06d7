"""A webinar that is repeated, and the days on which it is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, Self
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from grandequipe.core.time_zones import clock_of
from grandequipe.feed.models.inputs.checks import year_error
from grandequipe.feed.models.inputs.kinds import WebinarInput
from grandequipe.feed.models.posts import Post
from grandequipe.feed.models.series import MOST_DATES, Repeat

A_WEEK = timedelta(weeks=1)
STEPS = {Repeat.WEEKLY: A_WEEK, Repeat.FORTNIGHTLY: 2 * A_WEEK}
OF_SERIES = ("repeats", "repeat_until", "repeat_count")


class Times(NamedTuple):
    """When one date of a series is: instants."""

    starts_at: datetime
    ends_at: datetime

    @classmethod
    def of(cls, webinar: WebinarInput) -> Self:
        """Give those of a webinar that has some, as each one has that was published."""
        if webinar.starts_at is None or webinar.ends_at is None:
            raise ValueError("A webinar without its times")
        return cls(webinar.starts_at, webinar.ends_at)


@dataclass(frozen=True, kw_only=True)
class SeriesInput(WebinarInput):
    """A webinar that is repeated until a day, that day included, or a number of times.

    Where both are given, the series ends with the first of the two.
    """

    repeats: Repeat
    repeat_until: date | None = None
    repeat_count: int | None = None

    @property
    def own_fields(self) -> Mapping[str, Any]:
        """Give the fields that each of its webinars has."""
        return {name: own for name, own in super().own_fields.items() if name not in OF_SERIES}

    def _wrong(self) -> dict[str, str | None]:
        return super()._wrong() | {
            "repeat_until": year_error(self.repeat_until) if self.repeat_until else None,
            "repeat_count": self._count_error(),
        }

    def _count_error(self) -> str | None:
        if self.repeat_count is None and self.repeat_until is None:
            return str(_("Say how often, or until when."))
        if self.repeat_count is not None and not 2 <= self.repeat_count <= MOST_DATES:
            return str(_("Enter a number of dates from 2 to %(most)d.", most=MOST_DATES))
        return None

    def _errors_now(self, before: Post | None) -> dict[str, str | None]:
        wrong = super()._errors_now(before)
        if any(self._wrong().values()):
            return wrong
        number = len(self.times)
        if number < 2:
            wrong["repeat_until"] = str(
                _("There is no second date until then: choose a later day.")
            )
        elif number > MOST_DATES:
            wrong["repeat_until"] = str(
                _("A series has %(most)d dates at most: choose an earlier day.", most=MOST_DATES)
            )
        elif self.ends_at and self.times[1].starts_at < self.ends_at:
            wrong["ends_at"] = str(_("It has to end before the next date starts."))
        return wrong

    @property
    def times(self) -> Sequence[Times]:
        """List when its dates are, one more than MOST_DATES at most.

        Each begins and ends at the same hours by the clock of its zone, summer and winter. An hour
        that is left out when the clocks go forward is read as before they do (RFC 5545, 3.3.5).
        """
        if self.starts_at is None or self.ends_at is None:
            return ()
        zone = clock_of(self.time_zone)
        first, end = _wall(self.starts_at, zone), _wall(self.ends_at, zone)
        found = [Times(self.starts_at, self.ends_at)]
        for start in _days(first, self.repeats):
            is_last = self.repeat_until is not None and start.date() > self.repeat_until
            if is_last or len(found) in (self.repeat_count, MOST_DATES + 1):
                break
            found.append(_at(start, start + (end - first), zone))
        return found

    def dates(self) -> Sequence[WebinarInput]:
        """List its webinars, the first date first."""
        own = {each.name: getattr(self, each.name) for each in fields(WebinarInput)}
        webinar = WebinarInput(**own)
        return [replace(webinar, starts_at=start, ends_at=end) for start, end in self.times]


def moved_alike(times: Times, steps: Sequence[Times], zones: Sequence[ZoneInfo]) -> Times:
    """Move the times of a date as another one was moved, from its first of `steps` to its second.

    That is by as many days and hours of the clock on the wall: of the first zone before, of the
    second one after.
    """
    old, new = zones
    by = [_wall(after, new) - _wall(before, old) for before, after in zip(*steps, strict=True)]
    start, end = (_wall(each, old) + more for each, more in zip(times, by, strict=True))
    return _at(start, end, new)


def _at(start: datetime, end: datetime, zone: ZoneInfo) -> Times:
    starts_at, ends_at = _instant(start, zone), _instant(end, zone)
    # In the night when the clocks change, the end by the clock may come before the start.
    return Times(starts_at, ends_at if ends_at > starts_at else starts_at + (end - start))


def _wall(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)


def _instant(wall: datetime, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(wall.replace(tzinfo=zone).timestamp(), zone)


def _days(first: datetime, repeats: Repeat) -> Iterator[datetime]:
    """Give the days after the first one, without end."""
    if repeats in STEPS:
        while True:
            first += STEPS[repeats]
            yield first
    month = first
    while True:
        month = _next_month(month)
        yield datetime.combine(_same_weekday(first.date(), month.date()), first.time())


def _next_month(day: datetime) -> datetime:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _same_weekday(first: date, month: date) -> date:
    """Give the weekday of a month that the first day is of its own: the second Tuesday, say.

    A fifth one, which few months have, is the last one.
    """
    number = (first.day - 1) // 7
    start = month.replace(day=1)
    day = start + timedelta(days=(first.weekday() - start.weekday()) % 7 + 7 * number)
    return day if day.month == month.month else day - A_WEEK
