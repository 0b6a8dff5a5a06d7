"""Whole answers kept in memory under an exact key, each given with a nonce of its own."""

import re
import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable
from threading import Event
from typing import Any, NamedTuple

from grandequipe.web.packing import KeptBody

FORM_KEY = b'name="form_key"'
NONCE = re.compile(r"'nonce-([\w-]+)'")

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
Key = tuple[object, ...]


class Kept(NamedTuple):
    """One answer, with the nonce that was written into it."""

    headers: list[tuple[str, str]]
    body: KeptBody
    nonce: str


class KeptPages:
    """The pages asked for last; those who ask for one that is being made wait for it."""

    def __init__(self, application: Application, most: int) -> None:
        self._application = application
        self._most = most
        self._pages: OrderedDict[Key, Kept] = OrderedDict()
        self._making: dict[Key, Event] = {}

    def answer(
        self, key: Key, environ: Environ, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Give the page kept under `key`, or have it made and keep it."""
        kept = self._kept(key) or self._wait_for(key)
        if kept is not None:
            return _answer(kept, start_response)
        done = self._making[key] = Event()
        try:
            return self._make(key, environ, start_response)
        finally:
            self._making.pop(key, None)
            done.set()

    def _wait_for(self, key: Key) -> Kept | None:
        making = self._making.get(key)
        if making is None:
            return None
        making.wait()
        return self._kept(key)

    def _kept(self, key: Key) -> Kept | None:
        """Give a page and note that it was asked for: who is asked for least goes first."""
        kept = self._pages.get(key)
        if kept is not None:
            self._pages.move_to_end(key)
        return kept

    def _make(
        self, key: Key, environ: Environ, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        started: list[Any] = []

        def note(*answer: Any) -> Callable[[bytes], None]:
            """Take in what is answered; what is said last holds (PEP 3333, exc_info)."""
            started[:] = answer[:2]
            return written.append

        written: list[bytes] = []
        parts = self._application(environ, note)
        try:
            given = list(parts)
        finally:
            getattr(parts, "close", lambda: None)()
        status, headers = started
        body = b"".join(written + given)
        if status.startswith("200"):
            self._keep(key, headers, body)
        start_response(status, headers)
        return [body]

    def _keep(self, key: Key, headers: list[tuple[str, str]], body: bytes) -> None:
        """Keep a page that says nothing to this one browser alone: no cookie goes with it.

        Nor a page with a form that has a key: given twice, two acts would be taken for one.
        """
        named = dict(headers)
        nonce = NONCE.search(named.get("Content-Security-Policy", ""))
        if nonce is None or "Set-Cookie" in named or FORM_KEY in body:
            return
        self._pages[key] = Kept(headers, KeptBody(body, nonce[1]), nonce[1])
        while len(self._pages) > self._most:
            self._pages.popitem(last=False)


def asked_at(environ: Environ) -> Key:
    """Give what the addresses inside a page are made from."""
    return tuple(environ.get(name) for name in ("HTTP_HOST", "wsgi.url_scheme", "SCRIPT_NAME"))


def _answer(kept: Kept, start_response: Callable[..., Any]) -> Iterable[bytes]:
    nonce = secrets.token_urlsafe(16)
    headers = [(name, value.replace(kept.nonce, nonce)) for name, value in kept.headers]
    start_response("200 OK", headers)
    return kept.body.with_nonce(nonce)
