"""Length limits of request headers, checked before any parser reads them.

A server reads hundreds of kilobytes of headers, and their parsers take seconds for them. Guarantee:
no parser gets a header longer than its limit. Headers that only state a preference are dropped; a
request with another header that is too long is refused (431, RFC 6585).
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
# The cookies of session, remember-me and known client, and those of other sites on this host.
LONGEST_COOKIES = 8_192
# Request headers that PEP 3333 stores without the prefix HTTP_.
UNPREFIXED = ("CONTENT_TYPE", "CONTENT_LENGTH")


class HeaderLimits:
    """WSGI middleware (PEP 3333) that drops or refuses headers that are too long."""

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
    body = b"Request Header Fields Too Large\n"
    start_response(
        "431 Request Header Fields Too Large",
        [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))],
    )
    return [body]
