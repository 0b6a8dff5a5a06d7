"""Reminders of webinars: planning those that are due, and an organiser's own.

Guarantee: a reminder is one row of the outbox for each registration and start, by its key. Rows are
written in batches, each committed; a process that ends in between leaves the rest to the next run,
which passes over what is there. What has changed until a mail is sent is asked then.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from grandequipe.core import clock
from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.policies import require
from grandequipe.core.text_validation import length_error, text_error
from grandequipe.extensions import db
from grandequipe.feed.models import Webinar, WebinarDetails
from grandequipe.members.models import Member
from grandequipe.webinars.models import (
    EARLIEST,
    LONGEST_REMINDER_WORDS,
    MOST_OWN_REMINDERS,
    PlannedReminder,
    Registration,
    RegistrationState,
    ReminderUnit,
    WebinarReminder,
    due_time,
    reminder_times,
)
from grandequipe.webinars.policies import manages_registrations
from grandequipe.webinars.queries.reminders import DueReminder, list_own_reminders
from grandequipe.webinars.services.mails import MailOccasion, post_to_all
from grandequipe.webinars.services.reminder_choices import notify_reminded
from grandequipe.webinars.services.seats import lock_webinar

BATCH = 1000
MAY_NOT_REMIND = _l("Only the organisers of a webinar set its reminders.")


@dataclass(frozen=True)
class ReminderInput:
    """So long before the start, and the words that go along, which may be empty."""

    amount: int | None
    unit: ReminderUnit
    words: str = ""


def plan_reminder(due: DueReminder, after: int) -> int | None:
    """Write the mails of a reminder to the next registrations after an id; give the last id.

    None once all are written. Places given since it was due had a mail of their own.
    """
    wanted = (
        select(Registration.id)
        .where(
            Registration.post_id == due.post_id,
            Registration.state == RegistrationState.GOING,
            Registration.state_changed_at < due.due_at,
        )
    )  # fmt: skip
    batch = wanted.where(Registration.id > after).order_by(Registration.id).limit(BATCH)
    count, last = db.session.execute(select(func.count(), func.max(batch.subquery().c.id))).one()
    if count:
        about = f"{due.name}:{int(due.starts_at.timestamp())}"
        chosen = wanted.where(Registration.id > after, Registration.id <= last)
        post_to_all(MailOccasion.REMINDER, chosen, about)
    if count == BATCH:
        return int(last)
    done = insert(PlannedReminder).values(
        post_id=due.post_id, name=due.name, starts_at=due.starts_at, planned_at=clock.now()
    )
    is_new = done.on_conflict_do_nothing().returning(PlannedReminder.post_id)
    if db.session.scalar(is_new) is not None:
        members = wanted.with_only_columns(Registration.member_id)
        notify_reminded(due.post_id, members.where(Registration.member_id.is_not(None)))
    return None


def add_reminder(
    organiser: Member, webinar: Webinar, reminder_input: ReminderInput
) -> WebinarReminder:
    """Remind those who go at one more time; raise Invalid of `amount` or `words`."""
    lock_webinar(webinar.id)
    require(manages_registrations(organiser, webinar), MAY_NOT_REMIND)
    if webinar.details is None or webinar.cancelled_at is not None or webinar.is_over:
        raise Conflict(_("This webinar is over or cancelled: nobody is reminded of it."))
    wrong = length_error(reminder_input.words, LONGEST_REMINDER_WORDS) or text_error(
        reminder_input.words
    )
    errors = {"words": wrong} if wrong else {}
    own = list_own_reminders([webinar.id])[webinar.id]
    reminder = WebinarReminder(
        post_id=webinar.id,
        amount=reminder_input.amount or 0,
        unit=reminder_input.unit,
        words=reminder_input.words.strip(),
        created_at=clock.now(),
    )
    if error := _error_of_time(webinar.details, reminder, own):
        errors["amount"] = error
    if errors:
        raise Invalid(errors)
    db.session.add(reminder)
    db.session.flush()
    return reminder


def remove_reminder(organiser: Member, webinar: Webinar, reminder_id: int) -> None:
    """Remind nobody at this time any more, not by mails that wait either; idempotent."""
    lock_webinar(webinar.id)
    require(manages_registrations(organiser, webinar), MAY_NOT_REMIND)
    db.session.execute(
        delete(WebinarReminder).where(
            WebinarReminder.id == reminder_id, WebinarReminder.post_id == webinar.id
        )
    )


def _error_of_time(
    details: WebinarDetails, reminder: WebinarReminder, own: Sequence[WebinarReminder]
) -> str | None:
    most = {
        ReminderUnit.MINUTES: 24 * 60,
        ReminderUnit.HOURS: EARLIEST.days * 24,
        ReminderUnit.DAYS: EARLIEST.days,
    }[reminder.unit]
    if not 1 <= reminder.amount <= most:
        return _("Enter a number from 1 to %(most)s.", most=most)
    if len(own) >= MOST_OWN_REMINDERS:
        return _("Five reminders of your own are enough: remove one to add another.")
    due_at = due_time(details, reminder)
    if due_at <= clock.now():
        return _("That time has passed already.")
    if any(due_at == each.due_at for each in reminder_times(details, own)):
        return _("There is a reminder at this time already.")
    return None
