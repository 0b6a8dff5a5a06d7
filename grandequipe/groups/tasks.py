"""The periodic tasks of groups."""

from datetime import timedelta

from celery import shared_task

from grandequipe.core.transactions import atomic
from grandequipe.groups import services

SCHEDULE = {
    "purge_invitations": {"task": "groups.purge_invitations", "schedule": timedelta(hours=12)},
    "end_bans": {"task": "groups.end_bans", "schedule": timedelta(minutes=1)},
    "purge_sanctions": {"task": "groups.purge_sanctions", "schedule": timedelta(hours=24)},
}


@shared_task(name="groups.purge_invitations", ignore_result=True)
def purge_invitations() -> None:
    """Revoke the invitations that nobody accepted for a long time, each in its transaction."""
    while _purge_one():
        pass


@shared_task(name="groups.end_bans", ignore_result=True, expires=60)
def end_bans() -> None:
    """Notify those whose ban has ended by itself, and forget the ban."""
    has_more = True
    while has_more:
        with atomic():
            has_more = services.end_bans()


@shared_task(name="groups.purge_sanctions", ignore_result=True)
def purge_sanctions() -> None:
    """Delete the sanctions that ended long ago."""
    with atomic():
        services.purge_sanctions()


def _purge_one() -> bool:
    with atomic():
        return services.purge_oldest_invitation()
