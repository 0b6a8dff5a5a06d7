"""Concurrent changes of a group's members, in an order that a scene chooses."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import text

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.groups.models import Group
from tests.locks import count_held_up
from tests.waiting import wait_until


@contextmanager
def holding(group: Group) -> Iterator[None]:
    """Lock a group, so that changes of its members wait until the end of the block."""
    lock = text('SELECT 1 FROM "group" WHERE id = :id FOR NO KEY UPDATE')
    with db.engine.begin() as connection:
        connection.execute(lock, {"id": group.id})
        yield


def in_turn(app: Flask, group: Group, *acts: Callable[[], object]) -> list[type[Exception]]:
    """Start each act while the previous ones wait for the group's lock; return what they raised."""
    raised: list[type[Exception]] = []

    def run(act: Callable[[], object]) -> None:
        with app.app_context():
            try:
                with atomic():
                    act()
            except Exception as error:
                raised.append(type(error))

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    with holding(group):
        for number, thread in enumerate(threads, 1):
            thread.start()
            wait_until(lambda: count_held_up() == number, f"{number} sessions wait")  # noqa: B023
    for thread in threads:
        thread.join()
    db.session.rollback()
    return raised
