"""On the clock: offers that nobody answered go to the next, what was not confirmed is forgotten."""

from datetime import timedelta

from celery import shared_task

from grandequipe.core import clock
from grandequipe.core.transactions import atomic, until_none_is_left
from grandequipe.webinars import services
from grandequipe.webinars.queries.reminders import list_due_reminders
from grandequipe.webinars.queries.replays import (
    list_due_replays,
    list_ended,
    list_expired_replays,
)
from grandequipe.webinars.services import replays

# Webinars of one round.
MANY = 200
THANKED_AFTER, THANKED_FOR = timedelta(hours=1), timedelta(days=2)
SCHEDULE = {
    "webinar_reminders": {"task": "webinars.remind", "schedule": timedelta(minutes=1)},
    "ended_offers": {
        "task": "webinars.expire_offers",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 30},
    },
    "replays": {
        "task": "webinars.post_replays",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    "expired_replays": {
        "task": "webinars.expire_replays",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 300},
    },
    "thanks": {
        "task": "webinars.post_thanks",
        "schedule": timedelta(minutes=10),
        "options": {"expires": 600},
    },
    "unconfirmed_registrations": {
        "task": "webinars.forget_unconfirmed",
        "schedule": timedelta(hours=1),
    },
}


@shared_task(name="webinars.post_replays", ignore_result=True, expires=60)
def post_replays() -> None:
    """Write to those who missed a webinar once its recording is there, a webinar at a time."""
    for post_id in list_due_replays(clock.now(), MANY):
        with atomic():
            replays.post_replay_mails(post_id)


@shared_task(name="webinars.expire_replays", ignore_result=True, expires=300)
def expire_replays() -> None:
    """Take the recordings away whose time is over."""
    for post_id in list_expired_replays(clock.now(), MANY):
        with atomic():
            replays.expire_replay(post_id)


@shared_task(name="webinars.post_thanks", ignore_result=True, expires=600)
def post_thanks() -> None:
    """Thank those who were at a webinar that ended an hour ago; each once, however often it runs.

    Attendance is noted for a day after the end.
    """
    now = clock.now()
    for post_id in list_ended(now - THANKED_FOR, now - THANKED_AFTER):
        with atomic():
            replays.post_thanks(post_id)


@shared_task(name="webinars.expire_offers", ignore_result=True, expires=30)
def expire_offers() -> None:
    """Offer the places of unanswered offers to the next in line, some webinars at a time."""
    until_none_is_left(lambda: services.expire_offers(clock.now()))


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
