"""The dispatcher, the handlers and the care of the partitions, on Celery."""

from functools import partial

import structlog
from celery import shared_task
from psycopg.errors import DeadlockDetected, LockNotAvailable
from sqlalchemy.exc import OperationalError

from grandequipe.core import redis
from grandequipe.core.events import partitions
from grandequipe.core.events.dispatch import dispatch_pending, handle, note_failure
from grandequipe.core.events.log import RecordedEvent
from grandequipe.core.transactions import Callback, atomic

log = structlog.get_logger(__name__)

WAKING = "events:waking"
WAKING_SECONDS = 5
MOST_AT_ONCE = 200
# A burst is handed over together: a notification may wait so long, a thousand single tasks may not.
GATHERED_FOR_SECONDS = 0.1


@shared_task(name="events.dispatch", ignore_result=True)
def dispatch() -> None:
    """Hand over every due event; the clock calls it too, in case a wake-up was lost."""
    # Before looking: a transaction committed after this wakes it again, so one look is enough.
    redis.client().delete(WAKING)
    while _dispatch_some() == MOST_AT_ONCE:
        pass


def _dispatch_some() -> int:
    with atomic():
        return dispatch_pending(hand_over=run_handler.delay, limit=MOST_AT_ONCE)


@shared_task(
    name="events.run_handler", ignore_result=True, acks_late=True, reject_on_worker_lost=True
)
def run_handler(event_ids: list[int], name: str) -> None:
    """Run one handler in one transaction; running it again changes nothing."""
    try:
        with atomic():
            handle(event_ids, name)
    except Exception as error:
        if len(event_ids) == 1:
            log.exception("handler_failed", handler=name, event_id=event_ids[0])
            with atomic():
                note_failure(event_ids[0], name, error)
            return
        # One of them may be the cause: the others do not wait for it.
        for event_id in event_ids:
            run_handler.delay([event_id], name)


@shared_task(name="events.keep_partitions", ignore_result=True, expires=3600)
def keep_partitions() -> None:
    """Make the partitions of the months to come and drop those that are old.

    A partition that cannot be locked at once is left to the next run.
    """
    with atomic():
        to_make, to_drop = partitions.list_months_to_make(), partitions.list_months_to_drop()
    for change, months in (
        (partitions.make_partition, to_make),
        (partitions.drop_partition, to_drop),
    ):
        for month in months:
            try:
                with atomic():
                    change(month)
            except OperationalError as error:
                if not isinstance(error.orig, LockNotAvailable | DeadlockDetected):
                    raise
                log.warning("partition_in_use", partition=month.partition)
    while _delete_some() == partitions.DELETED_TOGETHER:
        pass
    with atomic():
        partitions.forget_orphaned_failures()


def _delete_some() -> int:
    with atomic():
        return partitions.delete_old_events()


def wake_dispatcher(recorded: RecordedEvent) -> Callback:
    """Ask for a dispatch, once for all the events of a burst."""
    return partial(_wake_dispatcher, recorded.has_handlers)


def _wake_dispatcher(has_handlers: bool) -> None:
    if has_handlers and redis.client().set(WAKING, "1", nx=True, ex=WAKING_SECONDS):
        dispatch.apply_async(countdown=GATHERED_FOR_SECONDS)
