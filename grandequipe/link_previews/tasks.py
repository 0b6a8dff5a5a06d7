"""Pages are fetched by a worker, never while a member waits for a page of the site."""

import json
import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any, cast

from celery import shared_task
from flask import current_app
from kombu.exceptions import OperationalError as BrokerError

from grandequipe.core import clock, files, redis
from grandequipe.core.fetching import Fetcher, FetchFailed
from grandequipe.core.pictures import PICTURE_SIDE, decode
from grandequipe.core.transactions import atomic, on_commit, only_one
from grandequipe.core.web_pages import PageDescription, describe_page
from grandequipe.link_previews import services
from grandequipe.link_previews.queries import has_due

FETCHER = "link_previews.fetcher"
QUEUE = "links"
PAGES = ("text/html", "application/xhtml+xml")
PICTURES = ("image/jpeg", "image/png", "image/webp")
# Then a worker does what waits in other queues: a page may take as long as its server likes.
MOST_AT_ONCE = 4
# Any number that no other lock of the database has.
FETCHING = 7_021_100_034
# What a form proposes is kept so long, in seconds.
PROPOSED_FOR = 600
PROPOSAL = "link_previews:proposal:"
SCHEDULE: dict[str, dict[str, Any]] = {
    "fetch_links": {
        "task": "link_previews.fetch_waiting",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    "remove_link_previews": {
        "task": "link_previews.remove_unreferred",
        "schedule": timedelta(hours=1),
    },
}


def fetch_soon() -> None:
    """Have a worker fetch what waits, once the present transaction is committed."""
    on_commit(_hand_over)


def _hand_over() -> None:
    # Where the broker does not answer, the clock finds the rows.
    with suppress(BrokerError):
        fetch_waiting.delay()


@shared_task(name="link_previews.fetch_waiting", ignore_result=True)
def fetch_waiting() -> None:
    """Fetch some of the pages that wait, unless a process does so at this moment.

    So one process of the workers waits for the servers of others, and the others go on.
    """
    with only_one(FETCHING) as is_first:
        if not is_first:
            return
        for _number in range(MOST_AT_ONCE):
            with atomic():
                taken = services.take_due()
            if taken is None:
                return
            _fetch(*taken)
    if has_due(clock.now()):
        _hand_over()


def _fetch(preview_id: int, address: str) -> None:
    fetcher = cast(Fetcher, current_app.extensions[FETCHER])
    try:
        said = _describe(fetcher, address)
    except FetchFailed as failed:
        with atomic():
            services.mark_failed(preview_id, is_final=failed.is_final)
        return
    picture = _picture_of(fetcher, said)
    key = services.key_of(preview_id)
    if picture:
        files.store_at_key(key, picture)
    with atomic():
        is_kept = services.keep_description(preview_id, said, has_picture=picture is not None)
    if not (is_kept and picture):
        files.remove(key)


def _describe(fetcher: Fetcher, address: str) -> PageDescription:
    page = fetcher.fetch(address, PAGES)
    return describe_page(page.content, page.charset, page.address)


def _picture_of(fetcher: Fetcher, said: PageDescription) -> bytes | None:
    """Fetch and reduce the picture that a page names; a page without one is a preview, too."""
    if not said.title or not said.picture:
        return None
    try:
        sent = fetcher.fetch(said.picture, PICTURES, is_cut=False)
    except FetchFailed:
        return None
    made = decode(sent.content, [PICTURE_SIDE])
    return None if isinstance(made, str) else made[PICTURE_SIDE]


def request_proposal(member_id: int, address: str) -> str:
    """Have a worker fetch what a page says, for a form; give the token of the answer.

    Raises kombu's OperationalError where no broker takes it.
    """
    token = secrets.token_urlsafe(16)
    propose.delay(f"{PROPOSAL}{member_id}:{token}", address)
    return token


def find_proposal(member_id: int, token: str) -> Mapping[str, str] | None:
    """Find what a page says that this member asked for: title, description, site_name.

    None where no worker has read it yet; all are empty where it cannot be read.
    """
    kept = redis.client().get(f"{PROPOSAL}{member_id}:{token}")
    return cast(Mapping[str, str], json.loads(str(kept))) if kept else None


@shared_task(name="link_previews.propose", ignore_result=True, expires=60)
def propose(key: str, address: str) -> None:
    """Fetch what a page says, for the form of a member.

    Nothing of it comes from what others shared or goes there: its sender learns nothing of them.
    """
    fetcher = cast(Fetcher, current_app.extensions[FETCHER])
    try:
        said = _describe(fetcher, address)
    except FetchFailed:
        said = PageDescription()
    kept = {"title": said.title, "description": said.description, "site_name": said.site_name}
    redis.client().set(key, json.dumps(kept), ex=PROPOSED_FOR)


@shared_task(name="link_previews.remove_unreferred", ignore_result=True, expires=3600)
def remove_unreferred() -> None:
    """Remove the previews that nothing refers to any more, rows first; then their pictures."""
    last: tuple[str, int] | None = ("", 0)
    while last is not None:
        with atomic():
            last = services.remove_references_of_nothing(last)
    while True:
        with atomic():
            removed = services.remove_unreferred()
        for preview_id in removed:
            files.remove(services.key_of(preview_id))
        if not removed:
            return
