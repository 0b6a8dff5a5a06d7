"""A limit of the sockets of one client address that are not authenticated yet.

Guarantee: such a socket is counted, in this process and in Redis for the site, until it is
authenticated or closed. Authenticated ones are counted by member (see `live.connection_registry`).
"""

import secrets
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

from grandequipe.live.counting import SiteCount
from grandequipe.web.rate_limits import client_address

# After a restart all pages of a workshop behind one address reconnect at once.
MOST_WAITING_HERE = 200
MOST_WAITING = 400
PATH = "/socket.io/"
RELEASE = "grandequipe.release_handshake"
REFUSAL = b"Too many sockets wait here: come back in a moment.\n"

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class HandshakeLimit:
    """WSGI middleware (PEP 3333) before the application and the libraries of the socket."""

    def __init__(self, app: Flask, waiting_at_site: SiteCount) -> None:
        self._app = app
        self._application: Application = app.wsgi_app
        self._waiting: Counter[str] = Counter()
        self._at_site = waiting_at_site

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Serve a request; 429 for a socket where too many of its address wait."""
        if not environ["PATH_INFO"].startswith(PATH):
            return self._application(environ, start_response)
        with self._app.request_context(environ):
            address = client_address()
        if self._waiting[address] >= MOST_WAITING_HERE:
            return _refuse(start_response)
        self._waiting[address] += 1
        key = secrets.token_hex(8)
        release = environ[RELEASE] = _once(lambda: self._release(address, key))
        try:
            if not self._at_site.acquire(address, key):
                return _refuse(start_response)
            return self._application(environ, start_response)
        finally:
            release()

    def _release(self, address: str, key: str) -> None:
        self._waiting[address] -= 1
        if not self._waiting[address]:
            del self._waiting[address]
        self._at_site.release(address, key)


def release(environ: Environ) -> None:
    """Stop counting the socket of this request: it is authenticated."""
    environ[RELEASE]()


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
