"""The path that the site stands under: what SITE_URL says, never what a request says.

Guarantee: `request.script_root` is the same in every request. So whatever is kept for the life of a
process may hold addresses of pages, and no sender can write one of their own into it.
"""

from collections.abc import Callable, Iterable
from typing import Any

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class SiteRoot:
    """Stand before the application (PEP 3333) and say where it stands."""

    def __init__(self, application: Application, root: str) -> None:
        self._application = application
        self._root = root

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request; a path that still holds the root is read without it."""
        path = environ.get("PATH_INFO", "")
        if self._root and path.startswith(f"{self._root}/"):
            environ["PATH_INFO"] = path.removeprefix(self._root)
        environ["SCRIPT_NAME"] = self._root
        return self._application(environ, start_response)
