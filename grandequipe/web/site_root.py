"""The path prefix of the site: from SITE_URL, never from a request.

Guarantee: `request.script_root` is the same in every request. So a cache may hold URLs of pages for
the life of a process, and no sender can put another prefix into them.
"""

from collections.abc import Callable, Iterable
from typing import Any

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class SiteRoot:
    """WSGI middleware (PEP 3333) that sets SCRIPT_NAME."""

    def __init__(self, application: Application, root: str) -> None:
        self._application = application
        self._root = root

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request; the prefix is removed from a path that has it."""
        path = environ.get("PATH_INFO", "")
        if self._root and path.startswith(f"{self._root}/"):
            environ["PATH_INFO"] = path.removeprefix(self._root)
        environ["SCRIPT_NAME"] = self._root
        return self._application(environ, start_response)
