"""Scheduled tasks of accounts."""

from datetime import timedelta

from celery import shared_task

from grandequipe.core.transactions import atomic
from grandequipe.members import services

SCHEDULE = {
    "end_suspensions": {
        "task": "members.end_suspensions",
        "schedule": timedelta(seconds=30),
    },
    "purge_browser_sessions": {
        "task": "members.purge_browser_sessions",
        "schedule": timedelta(hours=12),
    },
    "purge_unconfirmed_accounts": {
        "task": "members.purge_unconfirmed_accounts",
        "schedule": timedelta(hours=12),
    },
}


@shared_task(name="members.purge_browser_sessions", ignore_result=True)
def purge_browser_sessions() -> None:
    """Delete expired sessions."""
    with atomic():
        services.purge_browser_sessions()


@shared_task(name="members.purge_unconfirmed_accounts", ignore_result=True)
def purge_unconfirmed_accounts() -> None:
    """Delete accounts that were never confirmed."""
    with atomic():
        services.purge_unconfirmed_accounts()


@shared_task(name="members.end_suspensions", ignore_result=True, expires=30)
def end_suspensions() -> None:
    """Lift the suspensions whose end has come, some at a time, each batch committed."""
    while _ended_some():
        pass


def _ended_some() -> bool:
    with atomic():
        return bool(services.end_due_suspensions())
