"""The dispatcher and the reactions, on Celery."""

from functools import partial

from celery import shared_task

from grandequipe.core import redis
from grandequipe.core.journal.services import dispatch_waiting, react as react_to
from grandequipe.core.journal.told import Told
from grandequipe.core.transactions import Callback, atomic

ALARM = "journal:alarm"
ALARM_SECONDS = 5


@shared_task(name="journal.dispatch", ignore_result=True)
def dispatch() -> None:
    """Hand over every waiting fact; the clock calls it too, in case an alarm was lost."""
    redis.client().delete(ALARM)
    while _dispatch_some():
        pass


def _dispatch_some() -> int:
    with atomic():
        return dispatch_waiting(hand_over=react.delay)


@shared_task(
    name="journal.react",
    ignore_result=True,
    acks_late=True,
    reject_on_worker_lost=True,
    autoretry_for=(Exception,),
    retry_backoff=True,
    max_retries=5,
)
def react(fact_id: int, name: str) -> None:
    """Run one reaction in one transaction; running it again changes nothing."""
    with atomic():
        react_to(fact_id, name)


def wake_dispatcher(told: Told) -> Callback:
    """Ask for a dispatch, once for all the facts of a burst."""
    return partial(_wake_dispatcher, told.is_awaited)


def _wake_dispatcher(is_awaited: bool) -> None:
    if is_awaited and redis.client().set(ALARM, "1", nx=True, ex=ALARM_SECONDS):
        dispatch.delay()
