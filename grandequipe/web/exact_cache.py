"""Whole pages for visitors, kept under the position of the stream that they show.

Guarantee: an answer is never older than the request. The position is read from the database
after the request came and before the page is made, and a page is only given again under the
same position, in the same language and minute. So nothing needs purging: whatever changes the
page moves the stream on. Requests that come while a position is being read share the next
reading, which starts after all of them came.

A member's new name moves the streams of their groups by a reaction, a moment after it; in a group
that they have left, what they wrote there shows it from the next minute on.

Only a request without any session is answered from here, and only an answer that sets no
cookie is kept; the nonce of the content policy is new for each answer. A session's name
anywhere among the cookies is enough: a parser could miss one that is there.
"""

import re
from collections.abc import Callable, Iterable
from threading import Event, Lock
from typing import Any

from werkzeug.http import parse_cookie

from grandequipe.config import LOCALES
from grandequipe.core import clock
from grandequipe.web.kept_pages import Application, Environ, KeptPages, asked_at
from grandequipe.web.locales import COOKIE

MOST_PAGES = 256
LONGEST_QUERY = 200
MOST_TURNS = 256
PRIVATE_COOKIES = ("session", "remember_token")
Position = tuple[object, ...]
FindPosition = Callable[[str], Position | None]


class SharedReadings:
    """Let those who ask together read together, none of them before having asked."""

    def __init__(self, read: FindPosition) -> None:
        self._read = read
        self._pending: dict[str, _Reading] = {}
        # Names are anyone's to make up: those that were asked for once must not stay.
        self._turns = [Lock() for _number in range(MOST_TURNS)]

    def __call__(self, name: str) -> Position | None:
        """Read what `name` stands at, after this call began."""
        reading = self._pending.get(name)
        if reading is not None:
            reading.done.wait()
            return reading.value
        reading = self._pending[name] = _Reading()
        try:
            with self._turns[hash(name) % MOST_TURNS]:
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
        self._pages = KeptPages(application, MOST_PAGES)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        key = self._key(environ)
        if key is None:
            return self._application(environ, start_response)
        return self._pages.answer(key, environ, start_response)

    def _key(self, environ: Environ) -> tuple[object, ...] | None:
        query = environ.get("QUERY_STRING", "")
        found = self._path.fullmatch(environ["PATH_INFO"])
        if found is None or environ["REQUEST_METHOD"] != "GET" or len(query) > LONGEST_QUERY:
            return None
        language = _language(environ)
        if "HTTP_HX_REQUEST" in environ or _is_private(environ) or language is None:
            return None
        position = self._position_of(found[1])
        if position is None:
            return None
        minute = int(clock.now().timestamp() // 60)
        return position, query, language, minute, asked_at(environ)


def _is_private(environ: Environ) -> bool:
    """Tell whether there may be a session: a name anywhere is enough, however it is parsed."""
    header = environ.get("HTTP_COOKIE", "")
    return any(name in header for name in PRIVATE_COOKIES)


def _language(environ: Environ) -> str | None:
    """Give what the page's language is chosen by; None where it is too long to be kept."""
    picked = parse_cookie(environ).get(COOKIE)
    wanted = environ.get("HTTP_ACCEPT_LANGUAGE", "")
    if picked in LOCALES:
        return picked
    return wanted if len(wanted) <= LONGEST_QUERY else None
