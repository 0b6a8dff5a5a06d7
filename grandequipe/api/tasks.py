"""The periodic tasks of the API."""

from datetime import timedelta

from celery import shared_task

from grandequipe.api.idempotency import purge_expired
from grandequipe.core.transactions import atomic

SCHEDULE = {
    "purge_idempotency_keys": {
        "task": "api.purge_idempotency_keys",
        "schedule": timedelta(hours=1),
    }
}


@shared_task(name="api.purge_idempotency_keys", ignore_result=True)
def purge_idempotency_keys() -> None:
    """Delete the responses whose idempotency keys have expired."""
    with atomic():
        purge_expired()
