"""When people are reminded of a webinar: a day and an hour before, and when its organiser says.

Hours and minutes are time that passes. Days are those of the calendar in the webinar's zone: two
days before 14:00 it is 14:00, where clocks were changed in between as well.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from grandequipe.core.time_zones import clock_of
from grandequipe.extensions import Model, enum_check, minimum_check
from grandequipe.feed.models import WebinarDetails

LONGEST_REMINDER_WORDS = 1000
MOST_OWN_REMINDERS = 5
EARLIEST = timedelta(days=60)


class ReminderUnit(StrEnum):
    """In what the time before the start is counted."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"


class WebinarReminder(Model):
    """A reminder of the organiser's: so long before the start, in these words."""

    __tablename__ = "webinar_reminder"
    __table_args__ = (
        enum_check("unit", ReminderUnit),
        minimum_check("amount", 1),
        CheckConstraint(f"char_length(words) <= {LONGEST_REMINDER_WORDS}", name="words"),
        Index("uq_webinar_reminder_when", "post_id", "unit", "amount", unique=True),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("webinar.post_id", ondelete="CASCADE"))
    amount: Mapped[int] = mapped_column(SmallInteger)
    unit: Mapped[ReminderUnit]
    words: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[datetime]


class PlannedReminder(Model):
    """A reminder whose mails are all in the outbox, for one start of a webinar."""

    __tablename__ = "planned_reminder"

    post_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("webinar.post_id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    planned_at: Mapped[datetime]


class ReminderTime(NamedTuple):
    """A reminder of one webinar: its name, "day", "hour" or an id, when it is due, its words."""

    due_at: datetime
    name: str
    words: str = ""


def reminder_times(details: WebinarDetails, own: Iterable[WebinarReminder]) -> list[ReminderTime]:
    """List the reminders of a webinar by the time when they are due."""
    times = [
        ReminderTime(details.starts_at - timedelta(days=1), "day"),
        ReminderTime(details.starts_at - timedelta(hours=1), "hour"),
        *(ReminderTime(due_time(details, each), str(each.id), each.words) for each in own),
    ]
    return sorted(times)


def due_time(details: WebinarDetails, reminder: WebinarReminder) -> datetime:
    """Give the instant at which an organiser's reminder is due, in UTC."""
    if reminder.unit is not ReminderUnit.DAYS:
        return details.starts_at - timedelta(**{reminder.unit: reminder.amount})
    zone = clock_of(details.time_zone)
    start = details.starts_at.astimezone(zone).replace(tzinfo=None)
    return (start - timedelta(days=reminder.amount)).replace(tzinfo=zone).astimezone(UTC)


def present_reminder(
    details: WebinarDetails, times: Sequence[ReminderTime], now: datetime
) -> ReminderTime | None:
    """Give the reminder that is due, the last where several are; None before, and from the start.

    One that was past when the webinar was moved to its present time is not due any more.
    """
    if now >= details.starts_at:
        return None
    since = details.moved_at
    due = [each for each in times if each.due_at <= now and (since is None or each.due_at > since)]
    return due[-1] if due else None
