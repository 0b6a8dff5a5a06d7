"""Argon2 hashing in threads: one hash takes as long as ten pages."""

from functools import partial
from threading import BoundedSemaphore
from typing import Any

from grandequipe.core.threads import run_in_thread

# A request that waits for a hash holds a database connection. Others wait here without one, so that
# many log-ins at once leave connections to other requests.
HASH_SLOTS = BoundedSemaphore(6)


class HashesInThreads:
    """Flask-Security's hash context, with slow functions run in a thread."""

    def __init__(self, hashes: Any) -> None:
        self._hashes = hashes

    def __getattr__(self, name: str) -> Any:
        """Delegate all other attributes."""
        return getattr(self._hashes, name)

    def hash(self, secret: str, **kwargs: Any) -> str:
        """Hash a password."""
        return run_in_thread(partial(self._hashes.hash, secret, **kwargs))

    def verify(self, secret: str, hash: str, **kwargs: Any) -> bool:
        """Return whether a hash is that of a password."""
        return run_in_thread(partial(self._hashes.verify, secret, hash, **kwargs))
