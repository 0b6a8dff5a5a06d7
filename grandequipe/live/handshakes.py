"""The outer door of the socket: so many from one place may wait there to show who they are.

Guarantee: a socket that is not in yet is counted, at this process and in Redis for the site, until
they come in or go. Those who came in are counted by who they are (see `live.connection_registry`).
"""

import secrets
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

from grandequipe.live.counting import SiteCount
from grandequipe.web.rate_limits import client_address

# A workshop behind one address comes back at once after a restart, each page for an instant.
MOST_WAITING_HERE = 200
MOST_WAITING = 400
PATH = "/socket.io/"
LEAVE_DOOR = "grandequipe.leave_door"
REFUSAL = b"Too many sockets wait here: come back in a moment.\n"

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class HandshakeLimit:
    """Stand before the application (PEP 3333), and before the libraries of the socket."""

    def __init__(self, app: Flask, waiting_at_site: SiteCount) -> None:
        self._app = app
        self._application: Application = app.wsgi_app
        self._waiting: Counter[str] = Counter()
        self._at_site = waiting_at_site

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Serve a socket to its end, unless too many of its place wait."""
        if not environ["PATH_INFO"].startswith(PATH):
            return self._application(environ, start_response)
        with self._app.request_context(environ):
            here = client_address()
        if self._waiting[here] >= MOST_WAITING_HERE:
            return _refuse(start_response)
        self._waiting[here] += 1
        word = secrets.token_hex(8)
        leave = environ[LEAVE_DOOR] = _once(lambda: self._leave(here, word))
        try:
            if not self._at_site.take(here, word):
                return _refuse(start_response)
            return self._application(environ, start_response)
        finally:
            leave()

    def _leave(self, here: str, word: str) -> None:
        self._waiting[here] -= 1
        if not self._waiting[here]:
            del self._waiting[here]
        self._at_site.leave(here, word)


def leave(environ: Environ) -> None:
    """Say that the socket of this request has come in: it waits no longer."""
    environ[LEAVE_DOOR]()


def _once(work: Callable[[], None]) -> Callable[[], None]:
    waiting = [work]
    return lambda: waiting.pop()() if waiting else None


def _refuse(start_response: Callable[..., Any]) -> Iterable[bytes]:
    headers = [
        ("Content-Type", "text/plain"),
        ("Content-Length", str(len(REFUSAL))),
        ("Retry-After", "5"),
    ]
    start_response("429 TOO MANY REQUESTS", headers)
    return [REFUSAL]
