"""On the clock: what authors removed too long ago to put it back is deleted for good."""

from datetime import timedelta

from celery import shared_task

from grandequipe.core.transactions import atomic
from grandequipe.feed import services

SCHEDULE = {"empty_bins": {"task": "feed.empty_bins", "schedule": timedelta(hours=6)}}


@shared_task(name="feed.empty_bins", ignore_result=True)
def empty_bins() -> None:
    """Delete posts, and what comments said, that were removed more than thirty days ago."""
    for delete_some in (services.delete_removed_posts, services.delete_removed_texts):
        has_more = True
        while has_more:
            with atomic():
                has_more = delete_some()
