"""What waits in the queue, taken by hand as a worker takes it."""

from queue import Empty
from typing import Any

from celery import Task

from grandequipe.extensions import celery


def take_queued(task: Task) -> list[list[Any]]:
    """Take all that waits; give what this task was asked for, oldest first."""
    asked = []
    with (
        celery.connection_for_read() as broker,
        broker.SimpleQueue("celery") as waiting,
    ):
        while True:
            try:
                message = waiting.get(block=False)
            except Empty:
                return asked
            message.ack()
            if message.headers["task"] == task.name:
                asked.append(message.payload[0])
