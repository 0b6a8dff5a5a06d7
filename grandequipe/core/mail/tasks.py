"""Letters that wait for a commit, and are sent by the worker."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace

import structlog
from celery import shared_task

from grandequipe.core.mail.messages import Letter, MailRefused, new_id
from grandequipe.core.mail.server import MailFailed, MailUncertain, send
from grandequipe.core.transactions import on_commit

log = structlog.get_logger(__name__)


def post(letter: Letter, provided: Callable[[], bool] = lambda: True) -> None:
    """Have the letter sent by the worker, after the present transaction is committed.

    What it depends on is asked only then: what counts letters counts those that leave. It has its
    Message-ID from here on: tried again, it is the same letter.
    """

    def hand_over() -> None:
        if provided():
            deliver.delay(asdict(replace(letter, message_id=letter.message_id or new_id())))

    on_commit(hand_over)


@shared_task(
    name="mail.deliver",
    ignore_result=True,
    # One that comes twice, under one Message-ID, is better than one that never does.
    acks_late=True,
    reject_on_worker_lost=True,
    autoretry_for=(MailFailed,),
    retry_backoff=5,
    retry_backoff_max=600,
    max_retries=8,
)
def deliver(letter: Mapping[str, object]) -> None:
    """Send one letter; where the server gave no clear answer, not again."""
    try:
        send(Letter(**letter))  # type: ignore[arg-type]
    except (MailRefused, MailUncertain) as error:
        log.warning("letter_not_sent", why=str(error), kind=type(error).__name__)
