"""ETags for pages of members: 304 where the browser holds what it would be sent again (RFC 9110).

Guarantee: a browser shows no page that is older than its request, and no other member's. The tag is
a digest, keyed by the site's secret, of all that the page depends on: the state that the database
gives for a session that is still valid, the cookies, the build of the assets, and the minute, for
pages show what is over. The tag names member and session, and the ids of what the page shows whose
counters may change, so that one statement answers before the application is asked.

The browser asks on each visit (`no-cache`), and nobody else stores the page (`private`).
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from grandequipe.core import clock, signing
from grandequipe.core.site_settings import site_settings
from grandequipe.web.assets import build
from grandequipe.web.page_store import Application, Environ

# The ids of a member and of their browser session.
Identity = tuple[int, int | None]
# The ids of what a page shows.
Shown = Sequence[int]
FindHeaders = Callable[[tuple[Environ, Identity, Shown]], dict[str, str]]

TAG = re.compile(r'W/"(\d{1,18})-(\d{1,18})-([0-9a-f]{32})-((?:\d{1,18}(?:\.\d{1,18}){0,99})?)"')


class EntityTags:
    """A WSGI middleware (PEP 3333) that returns 304 on one path while the tag is as it was."""

    def __init__(self, application: Application, path: str, find_headers: FindHeaders) -> None:
        self._application = application
        self._path = path
        self._find_headers = find_headers

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        found = TAG.fullmatch(environ.get("HTTP_IF_NONE_MATCH", ""))
        is_page = environ["PATH_INFO"] == self._path and "HTTP_HX_REQUEST" not in environ
        if found and is_page and environ["REQUEST_METHOD"] == "GET":
            identity = int(found[1]), int(found[2])
            shown = [int(id) for id in found[4].split(".") if id]
            headers = self._find_headers((environ, identity, shown))
            if headers.get("ETag") == found[0]:
                start_response("304 NOT MODIFIED", list(headers.items()))
                return []
        return self._application(environ, start_response)


_in_shell: dict[str, Callable[[], object]] = {}


def add_to_shell_state(name: str, find: Callable[[], object]) -> None:
    """Have what a package above shows on all pages be part of their tags.

    `find` gives what the process keeps of it (see `core.refreshed`), without a query of its own.
    """
    _in_shell[name] = find


def shell_state() -> object:
    """Give the state of what stands around all pages: read it before the page."""
    return site_settings().version, [find() for find in _in_shell.values()]


def headers_of(
    environ: Environ, identity: Identity, shell: object, state: object, shown: Shown = ()
) -> dict[str, str]:
    """Return the headers of a page of this state, read before the page; none where it is None.

    `shell` is what `shell_state` gave before, too. `shown` are ids that the tag gives back, so that
    the state of what they name is asked for.
    """
    if state is None:
        return {}
    minute = int(clock.now().timestamp() // 60)
    depends_on = repr((environ.get("HTTP_COOKIE"), build(), shell, minute, state, list(shown)))
    digest = signing.digest("entity tag", depends_on).hex()[:32]
    ids = ".".join(map(str, shown))
    return {
        "ETag": f'W/"{identity[0]}-{identity[1]}-{digest}-{ids}"',
        "Cache-Control": "private, no-cache",
        "Vary": "Cookie",
    }
