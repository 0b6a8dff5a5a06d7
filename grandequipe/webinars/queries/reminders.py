"""The reminders of webinars: those that are due, and those of an organiser."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, exists, or_, select

from grandequipe.extensions import db
from grandequipe.feed.models import WebinarDetails
from grandequipe.webinars.models import (
    EARLIEST,
    PlannedReminder,
    WebinarReminder,
    present_reminder,
    reminder_times,
)

A_DAY = timedelta(days=1)
# Days of the calendar may be so much longer than 24 hours.
CLOCK_CHANGE = timedelta(hours=3)


@dataclass(frozen=True)
class DueReminder:
    """A reminder that is due and not planned yet, for one start of a webinar."""

    post_id: int
    name: str
    starts_at: datetime
    due_at: datetime


def list_due_reminders(now: datetime) -> Sequence[DueReminder]:
    """List the reminder of each webinar that is due and not planned; of several, the last."""
    has_own = exists().where(WebinarReminder.post_id == WebinarDetails.post_id)
    near = WebinarDetails.starts_at <= now + A_DAY
    far = and_(has_own, WebinarDetails.starts_at <= now + EARLIEST + CLOCK_CHANGE)
    query = select(WebinarDetails).where(
        WebinarDetails.cancelled_at.is_(None), WebinarDetails.starts_at > now, or_(near, far)
    )
    soon = db.session.scalars(query, execution_options={"populate_existing": True}).all()
    own = list_own_reminders([details.post_id for details in soon])
    due = []
    for details in soon:
        times = reminder_times(details, own.get(details.post_id, ()))
        reminder = present_reminder(details, times, now)
        if reminder is not None:
            due.append(
                DueReminder(details.post_id, reminder.name, details.starts_at, reminder.due_at)
            )
    planned = _find_planned([each.post_id for each in due])
    return [each for each in due if (each.post_id, each.name, each.starts_at) not in planned]


def _find_planned(post_ids: Collection[int]) -> set[tuple[int, str, datetime]]:
    query = select(PlannedReminder.post_id, PlannedReminder.name, PlannedReminder.starts_at)
    rows = db.session.execute(query.where(PlannedReminder.post_id.in_(post_ids)))
    return {(row.post_id, row.name, row.starts_at) for row in rows}


def list_own_reminders(post_ids: Collection[int]) -> Mapping[int, Sequence[WebinarReminder]]:
    """Give the organisers' reminders of those webinars that have any, by the post's id."""
    found: dict[int, list[WebinarReminder]] = defaultdict(list)
    query = select(WebinarReminder).where(WebinarReminder.post_id.in_(post_ids))
    for reminder in db.session.scalars(query.order_by(WebinarReminder.id)):
        found[reminder.post_id].append(reminder)
    return found
