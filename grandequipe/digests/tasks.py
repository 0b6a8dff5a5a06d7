"""The letter's clock, and the one way in which a letter leaves."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain

import structlog
from celery import shared_task

from grandequipe.core import clock, mail
from grandequipe.core.mail import rendering
from grandequipe.core.transactions import atomic
from grandequipe.digests.models import DigestState
from grandequipe.digests.queries import list_claimed
from grandequipe.digests.services import (
    Begun,
    begin,
    claim_due,
    doubt,
    doubt_stuck,
    fail,
    open_missing,
    postpone,
    settle,
    take_waiting,
    write_letter,
)
from grandequipe.extensions import celery

log = structlog.get_logger(__name__)

SCHEDULE = {
    "digests": {"task": "digests.claim_due", "schedule": timedelta(minutes=1)},
}
BATCH = 200
QUEUE = "letters"


@shared_task(name="digests.claim_due", ignore_result=True, expires=60)
def claim() -> None:
    """Every minute: claim what is due, take up what was left, doubt what got stuck."""
    note_stuck()
    for digest_id in claim_all(clock.now()):
        send_letter.delay(digest_id, 0)
    for digest_id, tries in take_all_waiting():
        send_letter.delay(digest_id, tries)


@shared_task(
    name="digests.send_letter",
    ignore_result=True,
    acks_late=True,
    reject_on_worker_lost=True,
)
def send_letter(digest_id: int, tries: int | None = None) -> None:
    """Send one letter; delivered twice, this task sends it once."""
    deliver(digest_id, tries)


def claim_all(at: datetime, email: str | None = None) -> Iterator[int]:
    """Claim every letter due at an instant, some at a time, each batch committed."""
    while True:
        with atomic():
            claimed = claim_due(at, BATCH, email)
        if claimed is None:
            return
        yield from claimed


def take_all_waiting() -> Iterator[tuple[int, int]]:
    """Take up every letter that was left, some at a time, each batch committed.

    Nothing while many wait in the queue: they are not left, their turn has not come.
    """
    if _count_queued() >= BATCH:
        return
    while True:
        with atomic():
            waiting = take_waiting(clock.now(), BATCH)
        if not waiting:
            return
        yield from waiting


def _count_queued() -> int:
    with celery.connection_for_read() as broker:
        declared = broker.default_channel.queue_declare(QUEUE)
    return int(declared.message_count)


def send_due(at: datetime, email: str | None = None) -> Iterator[DigestState]:
    """Send every letter due at an instant in this process, and those left by a process that died.

    A letter that another process is about to send may be taken up here too: the step from
    `claimed` to `sending` lets one of the two go on.
    """
    note_stuck()
    with atomic():
        open_missing()
    tried: set[int] = set()
    for digest_id in chain(claim_all(at, email), list_claimed(at, email)):
        became = None if digest_id in tried else deliver(digest_id)
        tried.add(digest_id)
        if became is not None:
            yield became


def note_sent(at: datetime, email: str | None = None) -> Iterator[DigestState]:
    """Write down every letter due at an instant as sent, and send none.

    For a database restored from a backup: what was due since then has left already.
    """
    with atomic():
        open_missing()
    for digest_id in chain(claim_all(at, email), list_claimed(at, email)):
        with atomic():
            begun = begin(digest_id, rendering.host())
            if begun and not begun.is_empty:
                settle(digest_id)
        if begun:
            yield DigestState.EMPTY if begun.is_empty else DigestState.SENT


def note_stuck() -> None:
    """Doubt the letters whose sender died, and tell operators."""
    with atomic():
        stuck = doubt_stuck()
    for digest_id in stuck:
        log.warning("digest_uncertain", digest=digest_id, why="its sender died")


def deliver(digest_id: int, tries: int | None = None) -> DigestState | None:
    """Write one letter and send it; say what became of it, None where it was not ours.

    `tries` is how often it had been tried when it was handed over: one that waited in the queue
    for so long that it was handed over again is not tried twice in a row.
    """
    try:
        with atomic():
            begun = begin(digest_id, rendering.host(), tries)
            letter = _letter_of(begun) if begun else None
    except Exception as error:
        log.exception("digest_not_written", digest=digest_id)
        with atomic():
            postpone(digest_id, str(error), since=DigestState.CLAIMED)
        return DigestState.CLAIMED
    if letter is None:
        return DigestState.EMPTY if begun else None
    return _send(digest_id, letter)


def _letter_of(begun: Begun) -> mail.Mail | None:
    if begun.is_empty:
        return None
    return write_letter(begun.reader, begun.composed, begun.message_id)


def _send(digest_id: int, letter: mail.Mail) -> DigestState:
    try:
        mail.send(letter)
    except mail.MailFailed as error:
        with atomic():
            postpone(digest_id, str(error))
        return DigestState.CLAIMED
    except mail.MailRefused as error:
        log.warning("digest_failed", digest=digest_id, why=str(error))
        with atomic():
            fail(digest_id, str(error))
        return DigestState.FAILED
    except mail.MailUncertain as error:
        log.warning("digest_uncertain", digest=digest_id, why=str(error))
        with atomic():
            doubt(digest_id, str(error))
        return DigestState.UNCERTAIN
    with atomic():
        settle(digest_id)
    return DigestState.SENT
