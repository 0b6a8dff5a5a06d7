"""The same work, several times at once."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

from flask import Flask
from sqlalchemy import text

from grandequipe.extensions import db
from tests.locks import count_held_up
from tests.waiting import wait_until


def in_threads(app: Flask, work: Callable[[], object], number: int) -> None:
    """Do the same work several times at once, each in a context of its own."""
    ready = Barrier(number)

    def run() -> None:
        with app.app_context():
            ready.wait()
            work()

    threads = [Thread(target=run) for _each in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def sent_at_once(app: Flask, table: str, row_id: int, *sent: tuple[Any, str, Any]) -> list[int]:
    """Send a form (browser, path, form) from each browser at once; give the statuses, sorted.

    All of them wait for one row, which they are going to write, before any goes on.
    """
    statuses: list[int] = []

    def send(browser: Any, path: str, form: Any) -> None:
        with app.app_context():
            statuses.append(browser.send(path, form).status_code)

    threads = [Thread(target=send, args=each) for each in sent]
    lock = text(f'SELECT 1 FROM "{table}" WHERE id = :id FOR NO KEY UPDATE')  # noqa: S608
    with db.engine.begin() as connection:
        connection.execute(lock, {"id": row_id})
        for thread in threads:
            thread.start()
        wait_until(lambda: count_held_up() == len(threads), "all wait for the row")
    for thread in threads:
        thread.join()
    db.session.rollback()
    db.session.expire_all()
    return sorted(statuses)
