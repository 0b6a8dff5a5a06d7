"""The past three months, played in order: each thing happens at its own instant.

Everything goes through the services, so that positions, facts, counters and bells are true.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from grandequipe.core import clock
from grandequipe.core.events.dispatch import dispatch_pending, handle
from grandequipe.core.mail import Mail
from grandequipe.groups.models import Group
from grandequipe.members.models import Member

PARIS = ZoneInfo("Europe/Paris")
SATURDAY = 5
# What is older than this happened in working hours; what is newer, exactly so long ago.
EXACT_DAYS = 5.0

Act = Callable[[], object]


@dataclass(frozen=True)
class Moment:
    """Something that happens at an instant."""

    at: datetime
    act: Act


class Timeline:
    """Moments in any order, played in the order of time."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.chance = random.Random(2030)  # noqa: S311  (a community, not secrets)
        self.members: dict[str, Member] = {}
        self.groups: dict[str, Group] = {}
        self.letters: list[Mail] = []
        self._moments: list[Moment] = []

    def add(self, at: datetime, act: Act) -> None:
        """Have something happen, unless it would be in the future."""
        if at < self.now:
            self._moments.append(Moment(at, act))

    def play(self) -> None:
        """Let everything happen, each with what the site does about it."""
        for moment in sorted(self._moments, key=lambda moment: moment.at):
            with clock.travel(moment.at):
                moment.act()
                while dispatch_pending(hand_over=handle):
                    pass

    def ago(self, days: float) -> datetime:
        """Give the instant so many days ago."""
        return self.now - timedelta(days=days)

    def posted(self, days: float) -> datetime:
        """Give an instant some days ago at which people work."""
        if days < EXACT_DAYS:
            return self.ago(days)
        hour = time(self.chance.randint(8, 18), self.chance.randint(0, 59))
        return self.on(self.ago(days), hour)

    def working_day(self, in_days: float, hour: time) -> datetime:
        """Give a local hour some days from now, on the next day that is not a weekend's."""
        day = self.on(self.ago(-in_days), hour)
        while day.weekday() >= SATURDAY:
            day += timedelta(days=1)
        return day

    @staticmethod
    def on(day: datetime, hour: time) -> datetime:
        """Give a local hour of the day that an instant lies in."""
        return datetime.combine(day.astimezone(PARIS).date(), hour, PARIS)
