"""What sends to webhooks: its name among the extensions, its queue, and how a worker is woken."""

from contextlib import suppress

from kombu.exceptions import OperationalError as BrokerError

from grandequipe.core.transactions import on_commit
from grandequipe.extensions import celery

SENDER = "webhooks.sender"
QUEUE = "webhooks"
TASK = "webhooks.deliver_waiting"


def deliver_soon() -> None:
    """Have a worker deliver what waits, once the present transaction is committed."""
    on_commit(wake_worker)


def wake_worker() -> None:
    """Have a worker deliver what waits; where the broker does not answer, the clock finds it."""
    with suppress(BrokerError):
        celery.send_task(TASK)
