"""On the clock: reminders of reviews, and whether addresses and files of resources are there."""

from collections import Counter
from datetime import timedelta
from typing import cast
from urllib.parse import urlsplit

from celery import shared_task
from flask import current_app

from grandequipe.attachments.queries import list_files
from grandequipe.core import clock, files
from grandequipe.core.fetching import Failure, Fetcher, FetchFailed
from grandequipe.core.transactions import atomic, only_one
from grandequipe.feed.models.posts import POST_SUBJECT
from grandequipe.library.queries.life import list_due_reviews
from grandequipe.library.services import addresses, life

FETCHER = "library.fetcher"
# Of one round: within ten minutes, whatever the servers do.
MOST_CHECKED, MOST_OF_HOST = 40, 2
MANY = 200
# Any number that no other lock of the database has.
CHECKING = 7_021_100_062
# They say of a page only that it is not for programs, or not now.
NOT_FOR_PROGRAMS = (401, 402, 403, 407, 408, 418, 425, 429, 451, 503)
SCHEDULE = {
    "resource_addresses": {
        "task": "library.check_addresses",
        "schedule": timedelta(minutes=10),
        "options": {"expires": 600},
    },
    "resource_reviews": {"task": "library.remind_of_reviews", "schedule": timedelta(hours=1)},
}


@shared_task(name="library.remind_of_reviews", ignore_result=True, expires=3600)
def remind_of_reviews() -> None:
    """Remind authors of the resources whose day of review has come, each once."""
    while due := list_due_reviews(clock.now().date(), MANY):
        for post_id in due:
            with atomic():
                life.remind_of_review(post_id)


@shared_task(name="library.check_addresses", ignore_result=True, expires=600)
def check_addresses() -> None:
    """Check some of the resources whose turn it is, unless a process does so at this moment.

    Each comes round once a week; of one host a few at a time are asked.
    """
    with only_one(CHECKING) as is_first:
        if not is_first:
            return
        with atomic():
            taken = addresses.take_due(MOST_CHECKED)
        hosts: Counter[str] = Counter()
        for post_id, address in taken:
            host = _host_of(address)
            hosts[host] += bool(host)
            if hosts[host] > MOST_OF_HOST:
                with atomic():
                    addresses.put_off(post_id, clock.now() + timedelta(hours=1))
                continue
            answers, has_files = _answers(address), _has_files(post_id)
            with atomic():
                addresses.keep_outcome(post_id, address, answers=answers, has_files=has_files)


def _host_of(address: str | None) -> str:
    try:
        return urlsplit(address or "").hostname or ""
    except ValueError:
        return ""


def _answers(address: str | None) -> bool:
    """Return whether an address answers; one that may not be asked is not called dead."""
    if address is None:
        return True
    fetcher = cast(Fetcher, current_app.extensions[FETCHER])
    try:
        status = fetcher.probe(address)
    except FetchFailed as failed:
        return failed.failure is Failure.ADDRESS
    return status < 400 or status in NOT_FOR_PROGRAMS


def _has_files(post_id: int) -> bool:
    """Return whether the store has the files of a resource; a store that does not answer has."""
    claimed = list_files(POST_SUBJECT, [post_id]).get(post_id, ())
    try:
        return all(files.is_there(each.key) for each in claimed if each.is_ready)
    except files.StoreError:
        return True
