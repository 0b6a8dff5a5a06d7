"""What members need on the clock."""

from datetime import timedelta

from celery import shared_task

from grandequipe.core.transactions import atomic
from grandequipe.members import services

SCHEDULE = {
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
    """Forget the log-ins that are too old to open anything."""
    with atomic():
        services.purge_browser_sessions()


@shared_task(name="members.purge_unconfirmed_accounts", ignore_result=True)
def purge_unconfirmed_accounts() -> None:
    """Forget the accounts that nobody ever confirmed."""
    with atomic():
        services.purge_unconfirmed_accounts()
