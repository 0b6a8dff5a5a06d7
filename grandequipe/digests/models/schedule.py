"""When letters are due, on the member's own clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from grandequipe.core.time_zones import clock_of

A_DAY = timedelta(days=1)


class Frequency(StrEnum):
    """How often a member wants the letter; monthly is the first such weekday of the month."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    NEVER = "never"

    def is_rarer_than(self, other: "Frequency") -> bool:
        """Tell whether it brings fewer letters; they are declared from the most to none."""
        order = list(Frequency)
        return order.index(self) > order.index(other)


@dataclass(frozen=True)
class Due:
    """An instant, and the name of the period that its letter stands for."""

    at: datetime
    period: str


@dataclass(frozen=True)
class Schedule:
    """What a member chose, on the clock of their zone.

    Guarantee: each local date has one instant, also where the chosen hour does not exist
    (clocks go forward: it is told right after the gap) or exists twice (the first one).
    """

    frequency: Frequency
    weekday: int
    hour: int
    time_zone: str

    def after(self, instant: datetime) -> Iterator[Due]:
        """Give the dues that come strictly after an instant, soonest first; none for never."""
        if self.frequency is Frequency.NEVER:
            return
        # A day earlier than the local one: zones are up to 14 hours from UTC.
        day = instant.astimezone(clock_of(self.time_zone)).date() - A_DAY
        while True:
            if self._falls_on(day) and self.instant_of(day) > instant:
                yield Due(self.instant_of(day), self.period_of(day))
            day += A_DAY

    def instant_of(self, day: date) -> datetime:
        """Give the instant of the chosen hour on a local date."""
        local = datetime.combine(day, time(self.hour), clock_of(self.time_zone))
        return local.astimezone(UTC)

    def period_of(self, day: date) -> str:
        """Name the day, ISO week or month that a local date lies in."""
        if self.frequency is Frequency.DAILY:
            return f"day:{day.isoformat()}"
        if self.frequency is Frequency.WEEKLY:
            return f"week:{day:%G-W%V}"
        return f"month:{day:%Y-%m}"

    def _falls_on(self, day: date) -> bool:
        if self.frequency is Frequency.DAILY:
            return True
        if day.weekday() != self.weekday:
            return False
        return self.frequency is Frequency.WEEKLY or day.day <= 7
