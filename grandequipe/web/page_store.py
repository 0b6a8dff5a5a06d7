"""Responses stored in memory by key; each is sent with a new nonce."""

import re
import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable
from threading import Event
from typing import Any, NamedTuple

from grandequipe.web.gzip_encoding import StoredBody

FORM_KEY = b'name="form_key"'
NONCE = re.compile(r"'nonce-([\w-]+)'")

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
Key = tuple[object, ...]


class StoredPage(NamedTuple):
    """A stored response and the nonce in it."""

    headers: list[tuple[str, str]]
    body: StoredBody
    nonce: str


class PageStore:
    """A least-recently-used store; requests for a page that is being rendered wait for it."""

    def __init__(self, application: Application, most: int) -> None:
        self._application = application
        self._most = most
        self._pages: OrderedDict[Key, StoredPage] = OrderedDict()
        self._rendering: dict[Key, Event] = {}

    def answer(
        self, key: Key, environ: Environ, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Return the page stored under `key`, or have it rendered and store it."""
        stored = self._find(key) or self._wait_for(key)
        if stored is not None:
            return _respond(stored, start_response)
        done = self._rendering[key] = Event()
        try:
            return self._render(key, environ, start_response)
        finally:
            self._rendering.pop(key, None)
            done.set()

    def _wait_for(self, key: Key) -> StoredPage | None:
        rendering = self._rendering.get(key)
        if rendering is None:
            return None
        rendering.wait()
        return self._find(key)

    def _find(self, key: Key) -> StoredPage | None:
        stored = self._pages.get(key)
        if stored is not None:
            self._pages.move_to_end(key)
        return stored

    def _render(
        self, key: Key, environ: Environ, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        started: list[Any] = []

        def start(*arguments: Any) -> Callable[[bytes], None]:
            """Keep status and headers; a second call replaces them (PEP 3333, exc_info)."""
            started[:] = arguments[:2]
            return written.append

        written: list[bytes] = []
        chunks = self._application(environ, start)
        try:
            read = list(chunks)
        finally:
            getattr(chunks, "close", lambda: None)()
        status, headers = started
        body = b"".join(written + read)
        if status.startswith("200"):
            self._store(key, headers, body)
        start_response(status, headers)
        return [body]

    def _store(self, key: Key, headers: list[tuple[str, str]], body: bytes) -> None:
        """Store a page, unless it sets a cookie or holds a form key.

        A form key sent to two readers would make the second form a repetition of the first.
        """
        by_name = dict(headers)
        nonce = NONCE.search(by_name.get("Content-Security-Policy", ""))
        if nonce is None or "Set-Cookie" in by_name or FORM_KEY in body:
            return
        self._pages[key] = StoredPage(headers, StoredBody(body, nonce[1]), nonce[1])
        while len(self._pages) > self._most:
            self._pages.popitem(last=False)


def request_origin(environ: Environ) -> Key:
    """Return what the URLs in a page depend on: host, scheme and script root."""
    return tuple(environ.get(name) for name in ("HTTP_HOST", "wsgi.url_scheme", "SCRIPT_NAME"))


def _respond(stored: StoredPage, start_response: Callable[..., Any]) -> Iterable[bytes]:
    nonce = secrets.token_urlsafe(16)
    headers = [(name, value.replace(stored.nonce, nonce)) for name, value in stored.headers]
    start_response("200 OK", headers)
    return stored.body.with_nonce(nonce)
