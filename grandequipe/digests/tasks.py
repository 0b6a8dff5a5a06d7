"""Tasks of digests on the clock, and their kind of mail in the outbox."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain

from celery import shared_task

from grandequipe.core import clock
from grandequipe.core.mail import Mail, MailKind, MailState, deliver, register_kind, start
from grandequipe.core.mail.outbox import record_sent
from grandequipe.core.mail.tasks import hand_over, note_stuck
from grandequipe.core.transactions import atomic
from grandequipe.digests.queries import find_digest, list_pending
from grandequipe.digests.services import (
    KIND,
    claim_due,
    delete_old_digests,
    move_positions_of,
    open_missing,
    render_digest,
)

SCHEDULE = {
    "digests": {"task": "digests.claim_due", "schedule": timedelta(minutes=1)},
    "old_digests": {"task": "digests.forget_old", "schedule": timedelta(hours=6)},
}
BATCH = 200
QUEUE = "digests"
# Until the next release: tasks that the release before queued are still taken from here.
QUEUE_BEFORE = "letters"

register_kind(
    MailKind(KIND, queue=QUEUE, render=render_digest, on_sent=move_positions_of, is_kept=True)
)


@shared_task(name="digests.claim_due", ignore_result=True, expires=60)
def claim() -> None:
    """Every minute: claim the digests that are due, and queue their mails."""
    for mail_id in claim_all(clock.now()):
        hand_over(mail_id, 0, QUEUE)


@shared_task(name="digests.forget_old", ignore_result=True, expires=3600)
def forget_old() -> None:
    """Delete old digests that are over, some at a time, each batch committed."""
    while _forgot_some():
        pass


def _forgot_some() -> bool:
    with atomic():
        return delete_old_digests() > 0


@shared_task(
    name="digests.send_letter", ignore_result=True, acks_late=True, reject_on_worker_lost=True
)
def send_queued_before(digest_id: int, tries: int | None = None) -> None:
    """Send a digest that the release before queued."""
    digest = find_digest(digest_id)
    if digest is not None:
        deliver(digest.mail_id, tries)


def claim_all(at: datetime, email: str | None = None) -> Iterator[int]:
    """Claim every digest due at an instant, some at a time, each batch committed."""
    while True:
        with atomic():
            claimed = claim_due(at, BATCH, email)
        if claimed is None:
            return
        yield from claimed


def send_due(at: datetime, email: str | None = None) -> Iterator[MailState]:
    """Send every digest due at an instant in this process, and those left by a process that died.

    A digest that another process is about to send may be taken up here too: the step from
    `pending` to `sending` lets one of the two go on.
    """
    note_stuck()
    with atomic():
        open_missing()
    tried: set[int] = set()
    for mail_id in chain(claim_all(at, email), list_pending(at, email)):
        state = None if mail_id in tried else deliver(mail_id)
        tried.add(mail_id)
        if state is not None:
            yield state


def note_sent(at: datetime, email: str | None = None) -> Iterator[MailState]:
    """Write down every digest due at an instant as sent, and send none.

    For a database restored from a backup: what was due since then has left already.
    """
    with atomic():
        open_missing()
    for mail_id in chain(claim_all(at, email), list_pending(at, email)):
        with atomic():
            started = start(mail_id)
            if isinstance(started, Mail):
                record_sent(mail_id)
        if started is not None:
            yield MailState.SENT if isinstance(started, Mail) else started
