"""The periodic tasks of groups."""

from datetime import timedelta

from celery import shared_task

from grandequipe.core.transactions import atomic, until_none_is_left
from grandequipe.groups import services

SCHEDULE = {
    "purge_invitations": {"task": "groups.purge_invitations", "schedule": timedelta(hours=12)},
    "end_bans": {"task": "groups.end_bans", "schedule": timedelta(minutes=1)},
    "purge_sanctions": {"task": "groups.purge_sanctions", "schedule": timedelta(hours=24)},
    "erase_closed_groups": {"task": "groups.erase_closed_groups", "schedule": timedelta(hours=1)},
    "old_requests": {"task": "groups.delete_old_requests", "schedule": timedelta(hours=12)},
}


@shared_task(name="groups.purge_invitations", ignore_result=True)
def purge_invitations() -> None:
    """Revoke the invitations that nobody accepted for a long time, each in its transaction.

    Ended links, and offers of a group that nobody answered, go with them.
    """
    while _purge_one():
        pass
    with atomic():
        services.purge_links()
        services.purge_offers()


@shared_task(name="groups.end_bans", ignore_result=True, expires=60)
def end_bans() -> None:
    """Notify those whose ban has ended by itself, and forget the ban."""
    until_none_is_left(services.end_bans)


@shared_task(name="groups.purge_sanctions", ignore_result=True)
def purge_sanctions() -> None:
    """Delete the sanctions that ended long ago."""
    with atomic():
        services.purge_sanctions()


def _purge_one() -> bool:
    with atomic():
        return services.purge_oldest_invitation()


@shared_task(name="groups.erase_closed_groups", ignore_result=True)
def erase_closed_groups() -> None:
    """Erase the groups whose owners closed them 30 days ago, each in its transaction."""
    while _erase_one():
        pass


def _erase_one() -> bool:
    with atomic():
        return services.erase_one_closed_group()


@shared_task(name="groups.delete_old_requests", ignore_result=True)
def delete_old_requests() -> None:
    """Delete the requests to join that were answered long ago, some at a time."""
    while _delete_some():
        pass


def _delete_some() -> bool:
    with atomic():
        return services.delete_old_requests() > 0
