"""On the clock: mail what was not read on the site, and remind members of posts."""

from datetime import timedelta

import structlog
from celery import shared_task

from grandequipe.core import mail
from grandequipe.core.transactions import atomic
from grandequipe.notifications.services import (
    MAIL_KIND,
    claim_member_to_mail,
    wishes,
    write_unread_mail,
)

log = structlog.get_logger(__name__)

SCHEDULE = {
    "unread_mails": {"task": "notifications.mail_unread", "schedule": timedelta(minutes=1)},
    "reminders": {"task": "notifications.remind", "schedule": timedelta(minutes=1)},
    "past_reminders": {
        "task": "notifications.purge_past_reminders",
        "schedule": timedelta(hours=6),
    },
}


@shared_task(name="notifications.mail_unread", ignore_result=True, expires=60)
def mail_unread() -> None:
    """Write the mails that are due, each in a transaction of its own."""
    failed: set[int] = set()
    while _mail_one(failed):
        pass


@shared_task(name="notifications.remind", ignore_result=True, expires=60)
def remind() -> None:
    """Write the reminders that are due, some in each transaction."""
    is_more = True
    while is_more:
        with atomic():
            is_more = wishes.remind_of_due() == wishes.MOST_AT_ONCE


@shared_task(name="notifications.purge_past_reminders", ignore_result=True, expires=3600)
def purge_past_reminders() -> None:
    """Delete for ever the reminders that are long past, with their notes."""
    with atomic():
        wishes.purge_past_reminders()


def _mail_one(failed: set[int]) -> bool:
    """Write one mail, or remember who cannot be written to now; False where none is due."""
    member_id = 0
    try:
        with atomic():
            member = claim_member_to_mail(but=failed)
            if member is None:
                return False
            member_id = member.id
            written = write_unread_mail(member)
            if written is not None:
                mail.post(
                    written.mail,
                    MAIL_KIND,
                    key=written.key,
                    member_id=member_id,
                    has_secrets=True,
                )
    except Exception:
        # The mails of the others do not wait for it; the next run tries again.
        log.exception("unread_mail_failed", member=member_id)
        if not member_id:
            return False
        failed.add(member_id)
    return True
