"""The dispatcher and the reactions, on Celery."""

from functools import partial

from celery import shared_task

from grandequipe.core import redis
from grandequipe.core.events.recorded import RecordedEvent
from grandequipe.core.events.services import dispatch_pending, handle
from grandequipe.core.transactions import Callback, atomic

ALARM = "journal:alarm"
ALARM_SECONDS = 5
MOST_AT_ONCE = 200
# A burst is handed over together: a bell may wait so long, a thousand single tasks may not.
GATHERED_FOR_SECONDS = 0.1


@shared_task(name="journal.dispatch", ignore_result=True)
def dispatch() -> None:
    """Hand over every waiting fact; the clock calls it too, in case an alarm was lost."""
    # Before looking: who commits after this gives a new alarm, so one look is enough.
    redis.client().delete(ALARM)
    while _dispatch_some() == MOST_AT_ONCE:
        pass


def _dispatch_some() -> int:
    with atomic():
        return dispatch_pending(hand_over=run_handler.delay, limit=MOST_AT_ONCE)


# Not the name it had when it took one fact: what an older release put in the queue is dropped,
# and handed over again when it is overdue.
@shared_task(
    name="journal.react_to",
    ignore_result=True,
    acks_late=True,
    reject_on_worker_lost=True,
    autoretry_for=(Exception,),
    retry_backoff=True,
    max_retries=5,
)
def run_handler(event_ids: list[int], name: str) -> None:
    """Run one reaction in one transaction; running it again changes nothing."""
    try:
        with atomic():
            handle(event_ids, name)
    except Exception:
        if len(event_ids) == 1:
            raise
        # One of them may be the cause: the others do not wait for it.
        for event_id in event_ids:
            run_handler.delay([event_id], name)


def wake_dispatcher(recorded: RecordedEvent) -> Callback:
    """Ask for a dispatch, once for all the facts of a burst."""
    return partial(_wake_dispatcher, recorded.has_handlers)


def _wake_dispatcher(has_handlers: bool) -> None:
    if has_handlers and redis.client().set(ALARM, "1", nx=True, ex=ALARM_SECONDS):
        dispatch.apply_async(countdown=GATHERED_FOR_SECONDS)
