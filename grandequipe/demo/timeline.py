"""The past three months as actions in the order of time, each at a clock set to its time.

All actions are services, so that positions, events, counters and notifications are consistent.
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
# Older posts are moved into working hours; newer ones are exactly so many days old.
EXACT_DAYS = 5.0

Action = Callable[[], object]


@dataclass(frozen=True)
class TimedAction:
    """An action and its time."""

    at: datetime
    action: Action


class Timeline:
    """Actions, added in any order and run in the order of time."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.chance = random.Random(2030)  # noqa: S311  (a community, not secrets)
        self.members: dict[str, Member] = {}
        self.groups: dict[str, Group] = {}
        self.mails: list[Mail] = []
        self._actions: list[TimedAction] = []

    def add(self, at: datetime, action: Action) -> None:
        """Add an action, unless it is in the future."""
        if at < self.now:
            self._actions.append(TimedAction(at, action))

    def play(self) -> None:
        """Run each action, then the handlers of its events."""
        for timed in sorted(self._actions, key=lambda timed: timed.at):
            with clock.travel(timed.at):
                timed.action()
                while dispatch_pending(hand_over=handle):
                    pass

    def ago(self, days: float) -> datetime:
        """Return the time some days ago."""
        return self.now - timedelta(days=days)

    def posted(self, days: float) -> datetime:
        """Return the time of a post some days ago, in working hours."""
        if days < EXACT_DAYS:
            return self.ago(days)
        hour = time(self.chance.randint(8, 18), self.chance.randint(0, 59))
        return self.on(self.ago(days), hour)

    def working_day(self, in_days: float, hour: time) -> datetime:
        """Return a local hour some days from now, on the next weekday."""
        day = self.on(self.ago(-in_days), hour)
        while day.weekday() >= SATURDAY:
            day += timedelta(days=1)
        return day

    def next_weekday(self, weekday: int, hour: time) -> datetime:
        """Return a local hour on the next such day after today (Monday 0)."""
        day = self.on(self.ago(-1), hour)
        return day + timedelta(days=(weekday - day.weekday()) % 7)

    @staticmethod
    def on(day: datetime, hour: time) -> datetime:
        """Return a local hour on the date of `day` in Paris."""
        return datetime.combine(day.astimezone(PARIS).date(), hour, PARIS)
