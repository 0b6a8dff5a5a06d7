"""Scheduled tasks of submitted forms."""

from datetime import timedelta

from celery import shared_task

from grandequipe.core.transactions import atomic
from grandequipe.web import submissions

SCHEDULE = {
    "purge_form_submissions": {
        "task": "web.purge_form_submissions",
        "schedule": timedelta(hours=6),
    }
}


@shared_task(name="web.purge_form_submissions", ignore_result=True)
def purge_form_submissions() -> None:
    """Delete expired submissions."""
    with atomic():
        submissions.purge()
