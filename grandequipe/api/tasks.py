"""What the API does on the clock."""

from datetime import timedelta

from celery import shared_task

from grandequipe.api.idempotency import purge_answers
from grandequipe.core.transactions import atomic

SCHEDULE = {
    "purge_idempotency_keys": {
        "task": "api.purge_idempotency_keys",
        "schedule": timedelta(hours=1),
    }
}


@shared_task(name="api.purge_idempotency_keys", ignore_result=True)
def purge_idempotency_keys() -> None:
    """Forget the answers that no program may ask for again."""
    with atomic():
        purge_answers()
