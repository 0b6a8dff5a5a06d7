"""The periodic tasks of groups."""

from datetime import timedelta

from celery import shared_task

from grandequipe.core.transactions import atomic
from grandequipe.groups import services

SCHEDULE = {
    "purge_invitations": {"task": "groups.purge_invitations", "schedule": timedelta(hours=12)}
}


@shared_task(name="groups.purge_invitations", ignore_result=True)
def purge_invitations() -> None:
    """Revoke the invitations that nobody accepted for a long time, each in its transaction."""
    while _purge_one():
        pass


def _purge_one() -> bool:
    with atomic():
        return services.purge_oldest_invitation()
