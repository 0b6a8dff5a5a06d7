"""WSGI middleware that compresses responses by gzip, where no proxy does (see TRUSTED_PROXIES).

Guarantee: caches separate both encodings (`Vary`), an ETag holds for both (weak, RFC 9110, 8.8.1),
and the length of a response reveals little of its content: each has up to MOST_CHANCE random bytes
of padding (docs/decisions/compression.md).
"""

import secrets
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from werkzeug.datastructures import Headers
from werkzeug.http import parse_accept_header

from grandequipe.web.gzip_encoding import THOROUGH, PageBody, gzipped

TEXT_TYPES = (
    "text/",
    "application/atom+xml",
    "application/json",
    "application/problem+json",
    "application/javascript",
    "application/manifest+json",
    "image/svg+xml",
)
COMPRESSED_STATUSES = ("200", "201", "4", "5")
# Bytes. A smaller body fits into the first packet anyway.
SMALLEST = 500
MOST_CHANCE = 100
BUNDLED = "/static/dist/"
MOST_FILES = 64
SOCKETS = "/socket.io/"

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class Compression:
    """The middleware (PEP 3333)."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request; pictures, ranges of files and sockets pass unchanged."""
        if environ["PATH_INFO"].startswith(SOCKETS):
            return self._application(environ, start_response)
        started: list[Any] = []

        def start(*arguments: Any) -> Callable[[bytes], None]:
            started[:] = arguments
            return written.append

        written: list[bytes] = []
        chunks = self._application(environ, start)
        status, raw_headers, *exc_info = started
        headers = Headers(raw_headers)
        if not _is_compressible(status, headers):
            _weaken_not_modified(status, headers, environ)
            start_response(status, list(headers), *exc_info)
            return _chunks(written, chunks)
        _vary(headers)
        if not _accepts_gzip(environ):
            start_response(status, list(headers), *exc_info)
            return _chunks(written, chunks)
        body = _joined(written, chunks)
        if len(body) >= SMALLEST or environ["REQUEST_METHOD"] == "HEAD":
            cached = chunks if isinstance(chunks, PageBody) else None
            body = _compress(body, cached, status, headers, environ)
        start_response(status, list(headers), *exc_info)
        return [body]


def _is_compressible(status: str, headers: Headers) -> bool:
    return (
        status.startswith(COMPRESSED_STATUSES)
        and headers.get("Content-Type", "").startswith(TEXT_TYPES)
        and "Content-Encoding" not in headers
        # A file that a member sent passes in pieces, by range and with its length.
        and not headers.get("Content-Disposition", "").startswith("attachment")
    )


def _accepts_gzip(environ: Environ) -> bool:
    return parse_accept_header(environ.get("HTTP_ACCEPT_ENCODING")).quality("gzip") > 0


def _compress(
    body: bytes, cached: PageBody | None, status: str, headers: Headers, environ: Environ
) -> bytes:
    _weaken(headers)
    headers.remove("Content-Length")
    if environ["REQUEST_METHOD"] == "HEAD":
        return b""
    headers["Content-Encoding"] = "gzip"
    if environ["PATH_INFO"].startswith(BUNDLED) and status.startswith("200"):
        body = _gzipped_file(body)
    else:
        name = "0" * secrets.randbelow(MOST_CHANCE)
        body = gzipped(body, name) if cached is None else cached.gzipped(name)
    headers["Content-Length"] = str(len(body))
    return body


def _weaken_not_modified(status: str, headers: Headers, environ: Environ) -> None:
    """Give a 304 the weak tag that the browser sent."""
    if status.startswith("304") and environ.get("HTTP_IF_NONE_MATCH", "").startswith("W/"):
        _weaken(headers)
        _vary(headers)


def _vary(headers: Headers) -> None:
    headers["Vary"] = ", ".join([*headers.getlist("Vary"), "Accept-Encoding"])


def _weaken(headers: Headers) -> None:
    tag = headers.get("ETag", "W/")
    if not tag.startswith("W/"):
        headers["ETag"] = f"W/{tag}"


def _chunks(written: list[bytes], chunks: Iterable[bytes]) -> Iterable[bytes]:
    """Return the response's own iterable where possible: a server may send a file by itself."""
    return [_joined(written, chunks)] if written else chunks


def _joined(written: list[bytes], chunks: Iterable[bytes]) -> bytes:
    try:
        return b"".join([*written, *chunks])
    finally:
        getattr(chunks, "close", lambda: None)()


@lru_cache(maxsize=MOST_FILES)
def _gzipped_file(body: bytes) -> bytes:
    """Compress a bundled file once in a process; it holds no secret, so it has no padding."""
    return gzipped(body, "", THOROUGH)
