"""Taking tasks from the queue, as a worker does."""

from collections.abc import Iterator
from typing import Any

from celery import Task
from kombu import Connection, Message

from grandequipe.extensions import celery


def take_queued(task: Task) -> list[list[Any]]:
    """Take all queued tasks; return the arguments of this one's, oldest first."""
    with celery.connection_for_read() as broker:
        return [
            message.payload[0]
            for message in _take_all(broker)
            if message.headers["task"] == task.name
        ]


def _take_all(broker: Connection) -> Iterator[Message]:
    for queue in celery.amqp.queues:
        while message := broker.default_channel.basic_get(queue, no_ack=True):
            yield message
