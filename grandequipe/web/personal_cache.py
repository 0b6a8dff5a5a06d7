"""A member's own page, kept under everything that it shows.

Guarantee: an answer is never older than the request, and never another's. A page is given again
only to the very cookies that it was made for, while the log-in of those cookies has not ended and
its member is active, and while every stream and every tie of theirs stands where it stood before
the page was made; within one minute, for pages tell what is over. So nothing needs purging: a
log-out or a new password ends the log-in, a removal from a group or a read bell changes the key.

The view says itself, by `keep_for`, that its answer depends on nothing else.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any

from grandequipe.core import clock
from grandequipe.web.kept_pages import Application, Environ, KeptPages, Key, asked_at

MOST_PAGES = 256
MOST_COOKIES = 10_000
LONGEST = 200
SIGN = "grandequipe.kept_for"

# A member's id and that of the log-in which their cookies carry.
Identity = tuple[int, int]
FindPosition = Callable[[Identity], tuple[object, ...] | None]


def keep_for(environ: Environ, member_id: int, session_id: int | None) -> None:
    """Say that the answer may be given again to the same log-in while its position holds."""
    if session_id is not None:
        environ[SIGN] = (member_id, session_id)


class PersonalCache:
    """Stand before the application, and answer members from memory where that is exact."""

    def __init__(self, application: Application, path: str, find_position: FindPosition) -> None:
        self._application = application
        self._path = re.compile(path)
        self._find_position = find_position
        self._pages = KeptPages(self._learn, MOST_PAGES)
        self._known: OrderedDict[str, Identity] = OrderedDict()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        if not self._is_askable(environ):
            return self._application(environ, start_response)
        key = self._key(environ)
        if key is None:
            return self._learn(environ, start_response)
        return self._pages.answer(key, environ, start_response)

    def _is_askable(self, environ: Environ) -> bool:
        return bool(
            environ["REQUEST_METHOD"] == "GET"
            and environ.get("HTTP_COOKIE")
            and self._path.fullmatch(environ["PATH_INFO"])
            and len(environ.get("QUERY_STRING", "")) <= LONGEST
            and "HTTP_HX_REQUEST" not in environ
        )

    def _key(self, environ: Environ) -> Key | None:
        cookies = environ["HTTP_COOKIE"]
        identity = self._known.get(cookies)
        if identity is not None:
            self._known.move_to_end(cookies)
        position = self._find_position(identity) if identity else None
        if position is None:
            return None
        minute = int(clock.now().timestamp() // 60)
        asked = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        return cookies, position, asked, minute, asked_at(environ)

    def _learn(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Have the answer made, and note whose the cookies are; the next one can be kept."""
        answer = self._application(environ, start_response)
        if SIGN in environ:
            self._known[environ["HTTP_COOKIE"]] = environ[SIGN]
            while len(self._known) > MOST_COOKIES:
                self._known.popitem(last=False)
        return answer
