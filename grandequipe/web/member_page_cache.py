"""A cache of a member's own page; the key holds the state of everything that the page shows.

Guarantee: a response is never older than the request, and never another member's. A page is
returned again only for exactly the cookies that it was rendered for, while their session is valid
and its member active, while all streams and memberships of the member are unchanged, and within one
minute, for pages show what is over. So nothing needs purging: a log-out or a new password ends the
session, a removal from a group or a read notification changes the key.

A view declares by `allow_cache` that its response depends on nothing else.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any

from grandequipe.core import clock
from grandequipe.web.page_store import Application, Environ, Key, PageStore, request_origin

MOST_PAGES = 256
MOST_COOKIES = 10_000
LONGEST = 200
ENVIRON_KEY = "grandequipe.cached_for"

# The ids of a member and of their browser session.
Identity = tuple[int, int]
FindPosition = Callable[[Identity], tuple[object, ...] | None]


def allow_cache(environ: Environ, member_id: int, session_id: int | None) -> None:
    """Allow this response to be cached for a browser session, while its position is unchanged."""
    if session_id is not None:
        environ[ENVIRON_KEY] = (member_id, session_id)


class MemberPageCache:
    """WSGI middleware; `path` is a regular expression, `find_position` returns part of the key."""

    def __init__(self, application: Application, path: str, find_position: FindPosition) -> None:
        self._application = application
        self._path = re.compile(path)
        self._find_position = find_position
        self._pages = PageStore(self._respond, MOST_PAGES)
        self._identities: OrderedDict[str, Identity] = OrderedDict()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        if not self._is_cacheable(environ):
            return self._application(environ, start_response)
        key = self._key(environ)
        if key is None:
            return self._respond(environ, start_response)
        return self._pages.answer(key, environ, start_response)

    def _is_cacheable(self, environ: Environ) -> bool:
        return bool(
            environ["REQUEST_METHOD"] == "GET"
            and environ.get("HTTP_COOKIE")
            and self._path.fullmatch(environ["PATH_INFO"])
            and len(environ.get("QUERY_STRING", "")) <= LONGEST
            and "HTTP_HX_REQUEST" not in environ
        )

    def _key(self, environ: Environ) -> Key | None:
        cookies = environ["HTTP_COOKIE"]
        identity = self._identities.get(cookies)
        if identity is not None:
            self._identities.move_to_end(cookies)
        position = self._find_position(identity) if identity else None
        if position is None:
            return None
        minute = int(clock.now().timestamp() // 60)
        url = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        return cookies, position, url, minute, request_origin(environ)

    def _respond(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Call the application and store the cookies' identity, for the key of the next request."""
        response = self._application(environ, start_response)
        if ENVIRON_KEY in environ:
            self._identities[environ["HTTP_COOKIE"]] = environ[ENVIRON_KEY]
            while len(self._identities) > MOST_COOKIES:
                self._identities.popitem(last=False)
        return response
