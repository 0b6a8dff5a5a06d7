"""The same work, several times at once."""

from collections.abc import Callable
from threading import Barrier, Thread

from flask import Flask


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
