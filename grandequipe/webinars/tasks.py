"""On the clock: offers that nobody answered go to the next, what was not confirmed is forgotten."""

from datetime import timedelta

from celery import shared_task

from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.webinars import services
from grandequipe.webinars.queries.reminders import list_due_reminders

SCHEDULE = {
    "webinar_reminders": {"task": "webinars.remind", "schedule": timedelta(minutes=1)},
    "ended_offers": {
        "task": "webinars.expire_offers",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 30},
    },
    "unconfirmed_registrations": {
        "task": "webinars.forget_unconfirmed",
        "schedule": timedelta(hours=1),
    },
}


@shared_task(name="webinars.expire_offers", ignore_result=True, expires=30)
def expire_offers() -> None:
    """Offer the places of unanswered offers to the next in line, some webinars at a time."""
    has_more = True
    while has_more:
        with atomic():
            has_more = services.expire_offers(clock.now())


@shared_task(name="webinars.remind", ignore_result=True, expires=60)
def remind() -> None:
    """Write the mails of the reminders that are due, some in each transaction."""
    for due in list_due_reminders(clock.now()):
        after: int | None = 0
        while after is not None:
            with atomic():
                after = services.plan_reminder(due, after)


@shared_task(name="webinars.forget_unconfirmed", ignore_result=True, expires=3600)
def forget_unconfirmed() -> None:
    """Delete the registrations that visitors did not confirm."""
    with atomic():
        services.forget_unconfirmed()
