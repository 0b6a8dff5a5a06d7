"""On the clock: what is scheduled is published, and what was removed long ago goes for good."""

from datetime import timedelta

import structlog
from celery import shared_task
from flask_babel import force_locale

from grandequipe.core.errors import Conflict, Invalid, NotFound, Refused
from grandequipe.core.transactions import atomic, until_none_is_left
from grandequipe.extensions import db
from grandequipe.feed import policies, services
from grandequipe.feed.forms.drafts import input_of
from grandequipe.feed.models import Draft, DraftFailure
from grandequipe.feed.services import bulk_removal, drafts, listing
from grandequipe.feed.services.bookmarks import purge_removed_bookmarks
from grandequipe.feed.services.spam import purge_fingerprints
from grandequipe.groups.models import Group
from grandequipe.groups.queries import list_memberships

log = structlog.get_logger(__name__)

# Series whose next date is listed by one round.
MANY = 500
SCHEDULE = {
    "scheduled_posts": {
        "task": "feed.publish_due",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 30},
    },
    "series": {
        "task": "feed.list_next_dates",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 300},
    },
    "empty_bins": {"task": "feed.empty_bins", "schedule": timedelta(hours=6)},
    "private_data": {"task": "feed.purge_private_data", "schedule": timedelta(hours=1)},
}


class Failed(Exception):
    """A draft cannot be published: its savepoint is undone, and its author hears why."""

    def __init__(self, failure: DraftFailure) -> None:
        super().__init__(failure)
        self.failure = failure


@shared_task(name="feed.publish_due", ignore_result=True, expires=30)
def publish_due() -> None:
    """Publish each draft whose hour has come, in a transaction of its own.

    A draft is locked while it is published, and gone with the commit: several workers at once, or
    one that was killed and comes again, publish it once.
    """
    failed: set[int] = set()
    while _publish_one(failed):
        pass


@shared_task(name="feed.purge_private_data", ignore_result=True, expires=3600)
def purge_private_data() -> None:
    """Delete for ever the drafts and bookmarks that their member deleted a day ago."""
    until_none_is_left(drafts.purge_deleted_drafts)
    with atomic():
        purge_removed_bookmarks()
    with atomic():
        purge_fingerprints()


@shared_task(name="feed.list_next_dates", ignore_result=True, expires=300)
def list_next_dates() -> None:
    """Have lists show the next date of each series of which one is over: a transaction for each."""
    for series_id in listing.list_series_to_move_on(MANY):
        with atomic():
            listing.list_next_date_of(series_id)


@shared_task(name="feed.empty_bins", ignore_result=True, expires=3600)
def empty_bins() -> None:
    """Delete posts, and what comments said, that were removed more than thirty days ago."""
    until_none_is_left(services.delete_removed_posts)
    until_none_is_left(services.delete_removed_texts)
    until_none_is_left(bulk_removal.erase_removed_contents)


def _publish_one(failed: set[int]) -> bool:
    draft_id = 0
    try:
        with atomic():
            draft = drafts.claim_due_draft(but=failed)
            if draft is None:
                return False
            draft_id = draft.id
            with force_locale(draft.author.locale):
                _publish(draft)
    except Exception:
        # Those of others do not wait for it; the next run tries again.
        log.exception("scheduled_post_failed", draft=draft_id)
        if not draft_id:
            return False
        failed.add(draft_id)
    return True


def _publish(draft: Draft) -> None:
    author = draft.author
    try:
        with db.session.begin_nested():
            _publish_or_fail(draft)
    except Failed as refused:
        drafts.note_not_published(author, draft, refused.failure)


def _publish_or_fail(draft: Draft) -> None:
    """Publish a draft with the rights of this moment; raise Failed where it cannot be."""
    author = draft.author
    if draft.group is None:
        raise Failed(DraftFailure.ENDED)
    if not author.active or not policies.may_publish(author, draft.group):
        raise Failed(DraftFailure.NOT_ALLOWED)
    allowed = [each.group for each in list_memberships(author)]
    allowed = [group for group in allowed if policies.may_publish(author, group)]
    post_input, form = input_of(draft, allowed)
    if post_input is None:
        raise Failed(DraftFailure.INVALID)
    slugs = set(form.groups.data or ())
    also_in: list[Group] = [group for group in allowed if group.slug in slugs]
    try:
        drafts.publish_scheduled(author, draft, post_input, [draft.group, *also_in])
    except Invalid:
        raise Failed(DraftFailure.INVALID) from None
    except (Conflict, NotFound, Refused):
        raise Failed(DraftFailure.NOT_ALLOWED) from None
