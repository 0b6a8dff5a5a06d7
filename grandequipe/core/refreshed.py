"""A value that each process reads from the database every few seconds, not in each request.

For what all pages need and seldom changes: the site's settings, its announcements. A change shows
within `LIFE_SECONDS` everywhere, and at once in the process that made it.
"""

from collections.abc import Callable
from time import monotonic
from typing import Generic, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from grandequipe.extensions import db

T = TypeVar("T")
LIFE_SECONDS = 3
# Marks the statements: what a page costs is counted without them.
OPTION = "refreshes"


class Refreshed(Generic[T]):
    """A value that `load` reads; the one before is given while it is read, or cannot be.

    `load` gets a connection of its own, outside the transaction of the request.
    """

    def __init__(self, load: Callable[[Connection], T]) -> None:
        self._load = load
        self._value: T | None = None
        self._expires_at = 0.0

    def get(self) -> T:
        """Give the value, at most LIFE_SECONDS old; raise what `load` raises if it never could."""
        now = monotonic()
        if self._value is not None and now < self._expires_at:
            return self._value
        self._expires_at = now + LIFE_SECONDS  # others get the value before meanwhile
        try:
            with db.engine.connect().execution_options(**{OPTION: True}) as connection:
                self._value = self._load(connection)
        except SQLAlchemyError:
            if self._value is None:
                self._expires_at = 0.0
                raise
        return self._value

    def forget(self) -> None:
        """Read it again at the next use: call it after the commit of a change."""
        self._expires_at = 0.0
        self._value = None
