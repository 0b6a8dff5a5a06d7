"""What the headers of a request may hold, measured before anything parses them.

A server reads hundreds of kilobytes of headers, and their parsers take seconds for them. Guarantee:
none that is longer than its measure reaches one. Headers that only state a preference are dropped,
as if they had not been sent; a request whose others are too long is refused (431, RFC 6585).
"""

from collections.abc import Callable, Iterable
from typing import Any

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

# In characters. Browsers send some 40 of languages, 30 of encodings and 150 of media types.
PREFERENCES = {
    "HTTP_ACCEPT": 1_000,
    "HTTP_ACCEPT_CHARSET": 200,
    "HTTP_ACCEPT_ENCODING": 200,
    "HTTP_ACCEPT_LANGUAGE": 400,
    "HTTP_CACHE_CONTROL": 200,
    "HTTP_IF_MATCH": 1_000,
    "HTTP_IF_MODIFIED_SINCE": 100,
    "HTTP_IF_NONE_MATCH": 1_000,
    "HTTP_IF_RANGE": 1_000,
    "HTTP_IF_UNMODIFIED_SINCE": 100,
    "HTTP_RANGE": 200,
}
LONGEST = 4_096
# A session, a browser that is remembered, one that is known, and what others of this host set.
LONGEST_COOKIES = 8_192
# Those of a request that PEP 3333 keeps under other names.
UNPREFIXED = ("CONTENT_TYPE", "CONTENT_LENGTH")


class HeaderLimits:
    """Stand before the application (PEP 3333) and let no header through that is too long."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        for name, longest in PREFERENCES.items():
            if len(environ.get(name, "")) > longest:
                del environ[name]
        if any(len(environ[name]) > _longest(name) for name in environ if _is_header(name)):
            return _refuse(start_response)
        return self._application(environ, start_response)


def _is_header(name: str) -> bool:
    return name.startswith("HTTP_") or name in UNPREFIXED


def _longest(name: str) -> int:
    return LONGEST_COOKIES if name == "HTTP_COOKIE" else LONGEST


def _refuse(start_response: Callable[..., Any]) -> Iterable[bytes]:
    words = b"Request Header Fields Too Large\n"
    start_response(
        "431 Request Header Fields Too Large",
        [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(words)))],
    )
    return [words]
