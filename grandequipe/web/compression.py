"""Answers made smaller for browsers that take gzip, where no proxy does it (see TRUSTED_PROXIES).

Guarantee: what a cache keeps is what was asked for (`Vary`), what an entity tag names is one set of
words in either form (a weak tag, RFC 9110, 8.8.1), and the length of a page with a session tells
little of what is in it: each has up to a hundred bytes of chance (docs/decisions/compression.md).
"""

import secrets
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from werkzeug.datastructures import Headers
from werkzeug.http import parse_accept_header

from grandequipe.web.packing import THOROUGH, PageBody, gzipped

WORDS = (
    "text/",
    "application/json",
    "application/problem+json",
    "application/javascript",
    "application/manifest+json",
    "image/svg+xml",
)
WHOLE = ("200", "201", "4", "5")
# Bytes. Less than this fits into the first packet anyway.
SMALLEST = 500
MOST_CHANCE = 100
BUNDLED = "/static/dist/"
MOST_FILES = 64
SOCKETS = "/socket.io/"

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class Compression:
    """Stand before the application (PEP 3333)."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request; pictures, files in parts and sockets pass as they are."""
        if environ["PATH_INFO"].startswith(SOCKETS):
            return self._application(environ, start_response)
        told: list[Any] = []

        def note(*answer: Any) -> Callable[[bytes], None]:
            told[:] = answer
            return written.append

        written: list[bytes] = []
        parts = self._application(environ, note)
        status, headers, *error = told
        named = Headers(headers)
        if not _is_words(status, named):
            _tell_of_unchanged(status, named, environ)
            start_response(status, list(named), *error)
            return _all(written, parts)
        _vary(named)
        if not _takes_gzip(environ):
            start_response(status, list(named), *error)
            return _all(written, parts)
        body = _joined(written, parts)
        if len(body) >= SMALLEST or environ["REQUEST_METHOD"] == "HEAD":
            kept = parts if isinstance(parts, PageBody) else None
            body = _compress(body, kept, status, named, environ)
        start_response(status, list(named), *error)
        return [body]


def _is_words(status: str, headers: Headers) -> bool:
    return (
        status.startswith(WHOLE)
        and headers.get("Content-Type", "").startswith(WORDS)
        and "Content-Encoding" not in headers
    )


def _takes_gzip(environ: Environ) -> bool:
    return parse_accept_header(environ.get("HTTP_ACCEPT_ENCODING")).quality("gzip") > 0


def _compress(
    body: bytes, kept: PageBody | None, status: str, headers: Headers, environ: Environ
) -> bytes:
    _weaken(headers)
    headers.remove("Content-Length")
    if environ["REQUEST_METHOD"] == "HEAD":
        return b""
    headers["Content-Encoding"] = "gzip"
    if environ["PATH_INFO"].startswith(BUNDLED) and status.startswith("200"):
        body = _of_file(body)
    else:
        name = "0" * secrets.randbelow(MOST_CHANCE)
        body = gzipped(body, name) if kept is None else kept.gzipped(name)
    headers["Content-Length"] = str(len(body))
    return body


def _tell_of_unchanged(status: str, headers: Headers, environ: Environ) -> None:
    """Answer 304 under the tag that the browser holds."""
    if status.startswith("304") and environ.get("HTTP_IF_NONE_MATCH", "").startswith("W/"):
        _weaken(headers)
        _vary(headers)


def _vary(headers: Headers) -> None:
    headers["Vary"] = ", ".join([*headers.getlist("Vary"), "Accept-Encoding"])


def _weaken(headers: Headers) -> None:
    tag = headers.get("ETag", "W/")
    if not tag.startswith("W/"):
        headers["ETag"] = f"W/{tag}"


def _all(written: list[bytes], parts: Iterable[bytes]) -> Iterable[bytes]:
    """Give the answer's own iterable where one may: a server sends a file by itself."""
    return [_joined(written, parts)] if written else parts


def _joined(written: list[bytes], parts: Iterable[bytes]) -> bytes:
    try:
        return b"".join([*written, *parts])
    finally:
        getattr(parts, "close", lambda: None)()


@lru_cache(maxsize=MOST_FILES)
def _of_file(body: bytes) -> bytes:
    """Compress a bundled file once in a process: it is under its own words, nobody's request."""
    return gzipped(body, "", THOROUGH)
