"""The Celery application: `celery -A worker:celery worker` and `celery -A worker:celery beat`."""

import os

from celery.signals import worker_init

from grandequipe.app import create_app
from grandequipe.extensions import celery as celery

# On one machine a page that somebody waits for goes before a bell or a letter.
GIVES_WAY = 5

app = create_app()


@worker_init.connect
def give_way(**_kwargs: object) -> None:
    """Leave the processor to the web when there is not enough for both."""
    os.nice(GIVES_WAY)
