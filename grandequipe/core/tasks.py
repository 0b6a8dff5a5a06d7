"""The clock's own sign of life."""

from datetime import timedelta
from typing import Any

from celery import shared_task

from grandequipe.core import clock, redis

LAST_BEAT = "clock:last_beat"
# In seconds: after that, the clock stands still.
OLDEST_BEAT = 90.0

SCHEDULE: dict[str, dict[str, Any]] = {
    "heartbeat": {"task": "core.heartbeat", "schedule": timedelta(seconds=10)},
    "dispatch": {
        "task": "events.dispatch",
        "schedule": timedelta(seconds=5),
        # While no worker takes them, they must not pile up.
        "options": {"expires": 60},
    },
    "keep_partitions": {"task": "events.keep_partitions", "schedule": timedelta(hours=6)},
}


@shared_task(name="core.heartbeat", ignore_result=True, expires=60)
def heartbeat() -> None:
    """Write down that beat asked and a worker answered."""
    redis.client().set(LAST_BEAT, clock.now().isoformat())
