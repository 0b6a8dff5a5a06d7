"""Request bodies, read to their end before any other work on the request.

Guarantee: no request waits for its sender while it holds a database connection, for none is taken
before the whole body is read; and the wait is limited. A sender slower than
SLOWEST_BYTES_PER_SECOND is answered 408.

A route reads up to SMALL_BODY bytes, unless its view declares more: `web.measures.takes` for forms,
`reads` for other bodies. A larger body is answered 413 before it is read, and so is one with more
than MOST_FIELDS fields: parsing thousands of fields takes too long.

A body above FORM_BODY is read for members only, where the route allows it: its sender is
identified before it is read (see `identify_by`).
"""

from collections.abc import Callable
from tempfile import SpooledTemporaryFile
from time import monotonic
from typing import IO, Any, TypeVar

from flask import Flask, current_app, request
from gevent import Timeout, monkey
from gunicorn.http.errors import ParseException  # type: ignore[import-untyped]
from werkzeug.exceptions import (
    BadRequest,
    ClientDisconnected,
    RequestEntityTooLarge,
    RequestTimeout,
)
from werkzeug.wsgi import get_input_stream

from grandequipe.config import LARGEST_BODY
from grandequipe.core.threads import run_in_thread
from grandequipe.extensions import db

PATIENCE_SECONDS = 10.0
SLOWEST_BYTES_PER_SECOND = 20_000
KEPT_IN_MEMORY = 512 * 1024
CHUNK = 16 * 1024
LIMITS = "largest_bodies"
SENDERS = "senders_of_large_bodies"
# Bytes. A button's form has a CSRF token, a `next` path and the texts of a confirmation.
SMALL_BODY = LARGEST_BODY
FORM_BODY = 256 * 1024
TEXT_BODY = 1024 * 1024
PICTURE_BODY = 8 * 1024 * 1024
MOST_FIELDS = 500
FIELDS = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data"

View = TypeVar("View", bound=Callable[..., Any])


def init_app(app: Flask) -> None:
    """Read bodies; call this before any other module registers a `before_request` function."""
    app.extensions[LIMITS], app.extensions[SENDERS] = {}, {}
    app.before_request(_read_body)
    app.teardown_request(_close_body)


def limit(app: Flask, blueprint: str, largest: int) -> None:
    """Set the largest body, in bytes, of an API blueprint, whose schemas limit each field."""
    app.extensions[LIMITS][blueprint] = largest


def identify_by(
    app: Flask, require_sender: Callable[[], object], blueprint: str | None = None
) -> None:
    """Set what raises Unauthenticated where nobody may send a large body, of one blueprint."""
    app.extensions[SENDERS][blueprint] = require_sender


def reads(largest: int) -> Callable[[View], View]:
    """Declare the largest body of a route, in bytes; the outermost decorator of its view."""

    def declare(view: View) -> View:
        view.largest_body = largest  # type: ignore[attr-defined]
        return view

    return declare


def reads_files(largest: int) -> Callable[[View], View]:
    """Declare the largest body in parts of a route, in bytes; others are as large as without."""

    def declare(view: View) -> View:
        view.largest_parts = largest  # type: ignore[attr-defined]
        return view

    return declare


def streams(largest: int) -> Callable[[View], View]:
    """Declare a route that reads its body itself, up to so many bytes, by `streamed_body`."""

    def declare(view: View) -> View:
        view.streamed_body = view.largest_body = largest  # type: ignore[attr-defined]
        return view

    return declare


class StreamedBody:
    """The body of a request while it arrives, no slower than any other."""

    def __init__(self) -> None:
        self._stream = get_input_stream(
            request.environ, max_content_length=request.max_content_length
        )
        self._started, self._number = monotonic(), 0

    def read(self) -> bytes:
        """Read some bytes, b"" at the end.

        Raises ClientDisconnected where the sender is gone before the announced end, or
        RequestTimeout where it is too slow.
        """
        slowest = self._started + PATIENCE_SECONDS + self._number / SLOWEST_BYTES_PER_SECOND
        with _deadline(slowest):
            chunk = _read(self._stream)
        self._number += len(chunk)
        if not chunk and self._number < (request.content_length or 0):
            raise ClientDisconnected
        return chunk


def is_for_programs() -> bool:
    """Whether the request is for an API blueprint (see `limit`)."""
    return request.blueprint in current_app.extensions[LIMITS]


def _read_body() -> None:
    request.max_content_length = _largest()
    request.max_form_parts = MOST_FIELDS
    # Bytes of a field in parts: as many as a form without files may have.
    request.max_form_memory_size = TEXT_BODY
    if not _has_body():
        return
    _require_sender(request.max_content_length)
    if _view_declares("streamed_body"):
        return
    stream = get_input_stream(request.environ, max_content_length=request.max_content_length)
    request.environ["wsgi.input"] = _spool(stream)
    if request.mimetype == PARTS:
        # To find where the parts of megabytes end is work: beside the requests of others.
        sent = request._get_current_object()  # type: ignore[attr-defined]
        run_in_thread(lambda: sent.files)


def _view_declares(name: str) -> Any:
    return getattr(current_app.view_functions.get(request.endpoint or ""), name, 0)


def _largest() -> int:
    view = current_app.view_functions.get(request.endpoint or "")
    parts = _view_declares("largest_parts")
    if parts and request.mimetype == PARTS:
        return int(parts)
    default = current_app.extensions[LIMITS].get(request.blueprint, SMALL_BODY)
    return int(getattr(view, "largest_body", default))


def _require_sender(largest: int) -> None:
    """Identify the sender of a body that is large, or may be; its connection is given back."""
    announced = request.content_length
    if largest <= FORM_BODY or (announced is not None and announced <= FORM_BODY):
        return
    senders = current_app.extensions[SENDERS]
    senders.get(request.blueprint, senders[None])()
    db.session.rollback()


def _has_body() -> bool:
    return bool(request.content_length or request.headers.get("Transfer-Encoding"))


def _spool(stream: IO[bytes]) -> IO[bytes]:
    # Parts are parsed from the body into files of their own: it need not be in memory, too.
    kept = CHUNK if request.mimetype == PARTS else KEPT_IN_MEMORY
    body = SpooledTemporaryFile(kept)  # noqa: SIM115 - closed with the request
    started, chunk, fields = monotonic(), b"none yet", 1
    is_form = request.mimetype == FIELDS
    while chunk:
        with _deadline(started + PATIENCE_SECONDS + body.tell() / SLOWEST_BYTES_PER_SECOND):
            chunk = _read(stream)
        body.write(chunk)
        fields += chunk.count(b"&")
        if is_form and fields > MOST_FIELDS:
            raise RequestEntityTooLarge
    if body.tell() < (request.content_length or 0):
        raise ClientDisconnected
    body.seek(0)
    return body


def _read(stream: IO[bytes]) -> bytes:
    """Read a chunk; raise BadRequest where gunicorn finds the chunked encoding malformed."""
    try:
        return stream.read(CHUNK)
    except ParseException as error:
        raise BadRequest from error


def _deadline(moment: float) -> Timeout:
    """Return a gevent timeout that raises RequestTimeout at `moment`; none without gevent.

    The caller extends the deadline with each chunk: a chunked body does not announce its length.
    """
    has_gevent = monkey.is_module_patched("socket")
    # RequestTimeout also makes gunicorn close the connection.
    return Timeout(max(0.0, moment - monotonic()) if has_gevent else None, RequestTimeout)


def _close_body(_error: BaseException | None) -> None:
    if isinstance(body := request.environ.get("wsgi.input"), SpooledTemporaryFile):
        body.close()
