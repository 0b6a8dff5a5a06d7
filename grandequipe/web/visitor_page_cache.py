"""A cache of whole pages for visitors; the key holds the position of the page's stream.

Guarantee: a response is never older than the request. The position is read from the database after
the request arrived and before the page is rendered, and a page is only returned again for the same
position, language, view and minute. So nothing needs purging: each change of the page is an event
of the stream. Requests that arrive during a read of the position share the next read, which starts
after all of them arrived.

A member's new name is an event in the streams of their groups, recorded by a handler a moment
later; in a group that they have left, their texts show it within a minute.

Only a request without a session is answered from the cache, and only a response without Set-Cookie
is stored; each response gets a new nonce of the Content-Security-Policy. A session cookie's name
anywhere in the header counts as a session: a parser could miss a cookie that is there.
"""

import re
from collections.abc import Callable, Iterable
from threading import Event, Lock
from typing import Any

from werkzeug.http import parse_cookie

from grandequipe.config import LOCALES
from grandequipe.core import clock
from grandequipe.web.locales import COOKIE
from grandequipe.web.page_store import Application, Environ, PageStore, request_origin
from grandequipe.web.pages import VIEW_COOKIE, VIEWS

MOST_PAGES = 256
LONGEST_QUERY = 200
MOST_LOCKS = 256
PRIVATE_COOKIES = ("session", "remember_token")
Position = tuple[object, ...]
FindPosition = Callable[[str], Position | None]


class SharedReads:
    """Reads shared by concurrent callers; each read starts after the calls that it serves."""

    def __init__(self, read: FindPosition) -> None:
        self._read = read
        self._pending: dict[str, _Read] = {}
        # A fixed number: names come from URLs, so a lock for each name would fill the memory.
        self._locks = [Lock() for _number in range(MOST_LOCKS)]

    def __call__(self, name: str) -> Position | None:
        """Return the position of `name`, read after this call began."""
        read = self._pending.get(name)
        if read is not None:
            read.done.wait()
            return read.value
        read = self._pending[name] = _Read()
        try:
            with self._locks[hash(name) % MOST_LOCKS]:
                del self._pending[name]
                read.value = self._read(name)
        finally:
            read.done.set()
        return read.value


class _Read:
    def __init__(self) -> None:
        self.done = Event()
        self.value: Position | None = None


class VisitorPageCache:
    """WSGI middleware; `path` is a regular expression whose first group names the stream."""

    def __init__(self, application: Application, path: str, find_position: FindPosition) -> None:
        self._application = application
        self._path = re.compile(path)
        self._position_of = SharedReads(find_position)
        self._pages = PageStore(application, MOST_PAGES)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        key = self._key(environ)
        if key is None:
            return self._application(environ, start_response)
        return self._pages.answer(key, environ, start_response)

    def _key(self, environ: Environ) -> tuple[object, ...] | None:
        query = environ.get("QUERY_STRING", "")
        match = self._path.fullmatch(environ["PATH_INFO"])
        if match is None or environ["REQUEST_METHOD"] != "GET" or len(query) > LONGEST_QUERY:
            return None
        language = _language(environ)
        if "HTTP_HX_REQUEST" in environ or _is_private(environ) or language is None:
            return None
        position = self._position_of(match[1])
        if position is None:
            return None
        minute = int(clock.now().timestamp() // 60)
        view = parse_cookie(environ).get(VIEW_COOKIE) == VIEWS[1]
        return position, query, language, view, minute, request_origin(environ)


def _is_private(environ: Environ) -> bool:
    """Whether there may be a session: a cookie's name anywhere in the header is enough."""
    header = environ.get("HTTP_COOKIE", "")
    return any(name in header for name in PRIVATE_COOKIES)


def _language(environ: Environ) -> str | None:
    """Return what the page's language depends on; None where it is too long for a key."""
    picked = parse_cookie(environ).get(COOKIE)
    wanted = environ.get("HTTP_ACCEPT_LANGUAGE", "")
    if picked in LOCALES:
        return picked
    return wanted if len(wanted) <= LONGEST_QUERY else None
