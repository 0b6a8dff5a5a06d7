"""The Celery application: `celery -A worker:celery worker` and `celery -A worker:celery beat`."""

from grandequipe.app import create_app
from grandequipe.extensions import celery as celery

app = create_app()
