"""Mails leave the outbox: after the commit by a task, and what was left by the clock."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from celery import shared_task
from kombu.exceptions import OperationalError as BrokerError
from sqlalchemy import Select

from grandequipe.core import clock
from grandequipe.core.mail import outbox, retention
from grandequipe.core.mail.kinds import kind_of, list_queues
from grandequipe.core.mail.messages import Mail, MailRefused
from grandequipe.core.mail.models import MailState
from grandequipe.core.mail.server import MailFailed, MailUncertain, RecipientRefused, send
from grandequipe.core.mail.unrendered import write_all_unrendered, write_unrendered
from grandequipe.core.transactions import atomic, on_commit, until_none_is_left
from grandequipe.extensions import celery, db

log = structlog.get_logger(__name__)

SCHEDULE = {
    "mails": {
        "task": "mail.take_waiting",
        "schedule": timedelta(seconds=15),
    },
    "old_mails": {"task": "mail.forget_old", "schedule": timedelta(hours=1)},
}
BATCH = 200


def post(
    mail: Mail,
    kind: str,
    *,
    key: str | None = None,
    member_id: int | None = None,
    has_secrets: bool = False,
) -> bool:
    """Put a mail in the outbox with the present transaction; return whether its key was new.

    After the commit a worker is woken. If that is lost, the clock finds the row.
    """
    mail_id = outbox.write_mail(mail, kind, key=key, member_id=member_id, has_secrets=has_secrets)
    if mail_id is None:
        return False
    on_commit(partial(hand_over, mail_id, 0, kind_of(kind).queue))
    return True


def post_apart(kind: str, address: str, key: str) -> None:
    """Put a mail that its kind renders in the outbox, in a transaction of its own.

    It stays where the request is refused and its transaction undone.
    """
    with db.engine.begin() as connection:
        next_try_at = clock.now() + outbox.HANDED_OVER_FOR
        mail_id = write_unrendered(connection, kind, address, key, next_try_at)
    if mail_id is not None:
        with suppress(BrokerError):
            hand_over(mail_id, 0, kind_of(kind).queue)


def post_unrendered(kind: str, address: str, key: str, member_id: int | None = None) -> bool:
    """Put a mail that its kind renders in the outbox; return whether its key was new."""
    next_try_at = clock.now() + outbox.HANDED_OVER_FOR
    connection = db.session.connection()
    mail_id = write_unrendered(connection, kind, address, key, next_try_at, member_id)
    if mail_id is None:
        return False
    on_commit(partial(hand_over, mail_id, 0, kind_of(kind).queue))
    return True


def post_all_unrendered(kind: str, recipients: Select[*tuple[Any, ...]]) -> int:
    """Put a mail that its kind renders in the outbox for each recipient; count those new.

    `recipients` selects `key`, `recipient` and `member_id`. The first leave after the commit, and
    the clock takes up the others, or all where the process ends before.
    """
    written = write_all_unrendered(kind, recipients, clock.now())
    for mail_id in written[:BATCH]:
        on_commit(partial(hand_over, mail_id, 0, kind_of(kind).queue))
    return len(written)


def hand_over(mail_id: int, tries: int, queue: str) -> None:
    """Give a mail to a worker."""
    send_mail.apply_async((mail_id, tries), queue=queue)


@shared_task(
    name="mail.send",
    ignore_result=True,
    acks_late=True,
    reject_on_worker_lost=True,
)
def send_mail(mail_id: int, tries: int | None = None) -> None:
    """Send one mail; delivered twice, this task sends it once."""
    deliver(mail_id, tries)


@shared_task(name="mail.deliver", ignore_result=True, acks_late=True, reject_on_worker_lost=True)
def send_queued_before(message: Mapping[str, str]) -> None:
    """Put in the outbox what the release before it queued as a task, under its Message-ID."""
    with atomic():
        post(Mail(**message), "before", key=message["message_id"], has_secrets=True)  # type: ignore[arg-type]


@shared_task(name="mail.take_waiting", ignore_result=True, expires=15)
def take_waiting() -> None:
    """On the clock: mark what got stuck as uncertain, and hand over what was left."""
    note_stuck()
    for queue in list_queues():
        for mail_id, tries in _take_all_waiting(queue):
            hand_over(mail_id, tries, queue)


@shared_task(name="mail.forget_old", ignore_result=True, expires=3600)
def forget_old() -> None:
    """Erase old texts and rows, some at a time, each batch committed."""
    until_none_is_left(lambda: retention.erase_old_texts() > 0)
    until_none_is_left(lambda: retention.delete_old_mails() > 0)


def _take_all_waiting(queue: str) -> Iterator[tuple[int, int]]:
    """Take up every mail that was left, some at a time, each batch committed.

    Nothing while many wait in the queue: they are not left, their turn has not come.
    """
    if _count_queued(queue) >= BATCH:
        return
    while True:
        with atomic():
            waiting = outbox.take_waiting(clock.now(), BATCH, queue)
        if not waiting:
            return
        yield from waiting


def _count_queued(queue: str) -> int:
    with celery.connection_for_read() as broker:
        declared = broker.default_channel.queue_declare(queue)
    return int(declared.message_count)


def note_stuck() -> None:
    """Mark the mails whose sender died as uncertain, and notify operators."""
    with atomic():
        stuck = outbox.expire_stuck()
    for mail_id in stuck:
        log.warning("mail_uncertain", mail=mail_id, why="its sender died")


def deliver(mail_id: int, tries: int | None = None) -> MailState | None:
    """Send one mail of the outbox; say what became of it, None where it was not ours.

    `tries` is how often it had been tried when it was handed over: one that waited in the queue
    for so long that it was handed over again is not tried twice in a row.
    """
    try:
        with atomic():
            started = start(mail_id, tries)
    except Exception as error:
        log.exception("mail_not_rendered", mail=mail_id)
        with atomic():
            return outbox.retry_later(mail_id, str(error), since=MailState.PENDING)
    return _send(mail_id, started) if isinstance(started, Mail) else started


def start(mail_id: int, tries: int | None = None) -> Mail | MailState | None:
    """Take a mail and render it; give the state where it ends here, None where it is not ours."""
    started = outbox.start_sending(mail_id, tries)
    if started is None:
        return None
    if started.is_suppressed:
        outbox.record_failed(mail_id, outbox.SUPPRESSED)
        return MailState.FAILED
    render = kind_of(started.kind).render
    try:
        mail = render(mail_id) if render else started.mail
    except MailRefused as error:
        outbox.record_failed(mail_id, str(error))
        return MailState.FAILED
    if mail is None:
        outbox.cancel(mail_id)
        return MailState.CANCELLED
    return mail if render is None else started.complete(mail)


def _send(mail_id: int, mail: Mail) -> MailState:
    try:
        send(mail)
    except MailFailed as error:
        with atomic():
            return outbox.retry_later(mail_id, str(error))
    except MailRefused as error:
        log.warning("mail_failed", mail=mail_id, why=str(error))
        with atomic():
            is_address = isinstance(error, RecipientRefused)
            outbox.record_failed(mail_id, str(error), is_refused_address=is_address)
        return MailState.FAILED
    except MailUncertain as error:
        log.warning("mail_uncertain", mail=mail_id, why=str(error))
        with atomic():
            outbox.mark_uncertain(mail_id, str(error))
        return MailState.UNCERTAIN
    with atomic():
        outbox.record_sent(mail_id)
    return MailState.SENT
