"""The Celery application: `celery -A worker:celery worker` and `celery -A worker:celery beat`."""

import os

from celery.signals import beat_init, worker_init

from grandequipe.app import create_app
from grandequipe.core.tasks import SCHEDULE
from grandequipe.extensions import celery as celery

# On one machine a page that somebody waits for goes before a bell or a letter.
GIVES_WAY = 5

app = create_app()


@worker_init.connect
def give_way(**_kwargs: object) -> None:
    """Leave the processor to the web when there is not enough for both."""
    os.nice(GIVES_WAY)


@beat_init.connect
def tick_at_once(**_kwargs: object) -> None:
    """Ask for a sign of life and for what waits when the clock starts, not seconds later."""
    for entry in SCHEDULE.values():
        celery.tasks[entry["task"]].apply_async(**entry.get("options", {}))
