"""Whole pages for visitors, kept under the position of the stream that they show.

Guarantee: an answer is never older than the request. The position is read from the database
after the request came and before the page is made, and a page is only given again under the
same position, in the same language and minute. So nothing needs purging: whatever changes the
page moves the stream on. Requests that come while a position is being read share the next
reading, which starts after all of them came.

Only a request without any session is answered from here, and only an answer that sets no
cookie is kept; the nonce of the content policy is new for each answer.
"""

import re
import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable
from http.cookies import CookieError, SimpleCookie
from threading import Event, Lock
from typing import Any, NamedTuple

from grandequipe.core import clock
from grandequipe.web.locales import COOKIE

MOST_PAGES = 256
LONGEST_QUERY = 200
PRIVATE_COOKIES = ("session", "remember_token")
NONCE = re.compile(r"'nonce-([\w-]+)'")

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
Position = tuple[object, ...]
FindPosition = Callable[[str], Position | None]


class Kept(NamedTuple):
    """One answer, with the nonce that was written into it."""

    headers: list[tuple[str, str]]
    body: bytes
    nonce: str


class SharedReadings:
    """Let those who ask together read together, none of them before having asked."""

    def __init__(self, read: FindPosition) -> None:
        self._read = read
        self._pending: dict[str, _Reading] = {}
        self._turns: dict[str, Lock] = {}

    def __call__(self, name: str) -> Position | None:
        """Read what `name` stands at, after this call began."""
        reading = self._pending.get(name)
        if reading is not None:
            reading.done.wait()
            return reading.value
        reading = self._pending[name] = _Reading()
        try:
            with self._turns.setdefault(name, Lock()):
                del self._pending[name]
                reading.value = self._read(name)
        finally:
            reading.done.set()
        return reading.value


class _Reading:
    def __init__(self) -> None:
        self.done = Event()
        self.value: Position | None = None


class ExactCache:
    """Stand before the application, and answer visitors from memory where that is exact."""

    def __init__(self, application: Application, path: str, find_position: FindPosition) -> None:
        self._application = application
        self._path = re.compile(path)
        self._position_of = SharedReadings(find_position)
        self._pages: OrderedDict[tuple[object, ...], Kept] = OrderedDict()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        key = self._key(environ)
        if key is None:
            return self._application(environ, start_response)
        kept = self._pages.get(key)
        if kept is None:
            return self._make(key, environ, start_response)
        return _answer(kept, start_response)

    def _key(self, environ: Environ) -> tuple[object, ...] | None:
        query = environ.get("QUERY_STRING", "")
        found = self._path.fullmatch(environ["PATH_INFO"])
        if found is None or environ["REQUEST_METHOD"] != "GET" or len(query) > LONGEST_QUERY:
            return None
        if environ.get("HTTP_HX_REQUEST"):
            return None
        cookies = _cookies(environ.get("HTTP_COOKIE", ""))
        if any(name in cookies for name in PRIVATE_COOKIES):
            return None
        position = self._position_of(found[1])
        if position is None:
            return None
        language = cookies.get(COOKIE) or environ.get("HTTP_ACCEPT_LANGUAGE", "")[:LONGEST_QUERY]
        minute = int(clock.now().timestamp() // 60)
        host = environ.get("HTTP_HOST"), environ.get("wsgi.url_scheme")
        return position, query, language, minute, host

    def _make(
        self, key: tuple[object, ...], environ: Environ, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Have the page made, and keep it if it is the same for every visitor."""
        told: list[Any] = []
        parts = self._application(environ, lambda *answer: told.extend(answer))
        try:
            body = b"".join(parts)
        finally:
            getattr(parts, "close", lambda: None)()
        status, headers = told[0], told[1]
        if status.startswith("200"):
            self._keep(key, headers, body)
        start_response(status, headers)
        return [body]

    def _keep(self, key: tuple[object, ...], headers: list[tuple[str, str]], body: bytes) -> None:
        named = dict(headers)
        nonce = NONCE.search(named.get("Content-Security-Policy", ""))
        if nonce is None or "Set-Cookie" in named:
            return
        self._pages[key] = Kept(headers, body, nonce[1])
        while len(self._pages) > MOST_PAGES:
            self._pages.popitem(last=False)


def _answer(kept: Kept, start_response: Callable[..., Any]) -> Iterable[bytes]:
    nonce = secrets.token_urlsafe(16)
    headers = [(name, value.replace(kept.nonce, nonce)) for name, value in kept.headers]
    start_response("200 OK", headers)
    return [kept.body.replace(kept.nonce.encode(), nonce.encode())]


def _cookies(header: str) -> dict[str, str]:
    if not header:
        return {}
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return dict.fromkeys(PRIVATE_COOKIES, "")
