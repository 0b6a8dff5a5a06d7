"""What waits for webhooks is sent by a worker, a few at a time, from a queue of its own."""

import time
from datetime import timedelta
from typing import Any, cast

from celery import shared_task
from flask import current_app

from grandequipe.core import clock
from grandequipe.core.fetching import Failure, FetchFailed
from grandequipe.core.sending import Answer, Sender
from grandequipe.core.transactions import atomic, only_one
from grandequipe.webhooks.models import TryFailure
from grandequipe.webhooks.queries import has_due
from grandequipe.webhooks.services import deliveries
from grandequipe.webhooks.services.sending import SENDER, TASK, wake_worker
from grandequipe.webhooks.services.words import mail_owners

# Then a worker does what waits in other queues: a receiver may take as long as it likes.
MOST_AT_ONCE = 20
# Seconds after which a worker does so earlier.
LONGEST_TURN = 10
# Any number that no other lock of the database has.
DELIVERING = 7_021_100_041
SCHEDULE: dict[str, dict[str, Any]] = {
    "deliver_to_webhooks": {
        "task": TASK,
        "schedule": timedelta(seconds=30),
        "options": {"expires": 30},
    },
    "remove_old_deliveries": {
        "task": "webhooks.remove_old",
        "schedule": timedelta(hours=1),
    },
}


@shared_task(name=TASK, ignore_result=True)
def deliver_waiting() -> None:
    """Deliver some of what waits, unless a process does so at this moment.

    So one process of the workers waits for the servers of others, and the others go on.
    """
    end = time.monotonic() + LONGEST_TURN
    with only_one(DELIVERING) as is_first:
        if not is_first:
            return
        for _number in range(MOST_AT_ONCE):
            with atomic():
                taken = deliveries.take_due()
            if taken is None:
                return
            _deliver(taken)
            if time.monotonic() > end:
                break
    if has_due(clock.now()):
        wake_worker()


def _deliver(taken: deliveries.Taken) -> None:
    sender = cast(Sender, current_app.extensions[SENDER])
    began = time.monotonic()
    outcome: Answer | TryFailure
    try:
        outcome = sender.send(taken.address, taken.content, taken.headers)
    except FetchFailed as failed:
        is_address = failed.failure is Failure.ADDRESS
        outcome = TryFailure.ADDRESS if is_address else TryFailure.UNREACHABLE
    milliseconds = int((time.monotonic() - began) * 1000)
    with atomic():
        given_up = deliveries.record_try(taken.id, milliseconds, outcome)
        if given_up is not None:
            mail_owners(given_up)


@shared_task(name="webhooks.remove_old", ignore_result=True, expires=3600)
def remove_old() -> None:
    """Delete deliveries that were over a month ago."""
    while True:
        with atomic():
            number = deliveries.remove_old()
        if not number:
            return
