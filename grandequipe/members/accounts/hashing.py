"""Passwords, hashed by argon2 while others are served: one hash takes as long as ten pages."""

from functools import partial
from threading import BoundedSemaphore
from typing import Any

from flask import Flask

from grandequipe.core.threads import run_in_thread
from grandequipe.extensions import security

# Whoever waits for a hash holds a connection to the database: more than these wait before that,
# so that a rush at the door leaves connections to those who are inside.
TURNS = BoundedSemaphore(6)


class HashesInThreads:
    """Flask-Security's hashes, those that take long made in a thread."""

    def __init__(self, hashes: Any) -> None:
        self._hashes = hashes

    def __getattr__(self, name: str) -> Any:
        """Give what takes no time as it is."""
        return getattr(self._hashes, name)

    def hash(self, secret: str, **given: Any) -> str:
        """Hash a password."""
        return run_in_thread(partial(self._hashes.hash, secret, **given))

    def verify(self, secret: str, hash: str, **given: Any) -> bool:
        """Tell whether a hash is a password's."""
        return run_in_thread(partial(self._hashes.verify, secret, hash, **given))


def init_app(app: Flask) -> None:
    """Stand before the hashes of Flask-Security."""
    security.pwd_context = HashesInThreads(security.pwd_context)
