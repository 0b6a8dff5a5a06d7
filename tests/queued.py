"""Taking tasks from the queue, as a worker does."""

from collections.abc import Iterator
from queue import Empty
from typing import Any

from celery import Task
from kombu import Message

from grandequipe.extensions import celery


def take_queued(task: Task) -> list[list[Any]]:
    """Take all queued tasks; return the arguments of this one's, oldest first."""
    return [
        message.payload[0]
        for queue in celery.amqp.queues
        for message in _take_all(queue)
        if message.headers["task"] == task.name
    ]


def _take_all(queue: str) -> Iterator[Message]:
    with celery.connection_for_read() as broker, broker.SimpleQueue(queue) as tasks:
        while True:
            try:
                message = tasks.get(block=False)
            except Empty:
                return
            message.ack()
            yield message
