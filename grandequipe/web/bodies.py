"""What a request brings, read to its end before anything else is done for it.

Guarantee: nothing waits for a sender while it holds a connection to the database, for none is
taken before the whole body is here; and no sender is waited for without end. Whoever sends slower
than a bad telephone line is answered 408.

A route reads LITTLE, unless its view declares more: `web.measures.takes` does it for the forms that
it is sent, `reads` for what is no form. More is answered 413 before it is read, and so are more
fields than any form has: the first parser of fields takes as long as it pleases with thousands.
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

PATIENCE_SECONDS = 10.0
SLOWEST_BYTES_PER_SECOND = 20_000
KEPT_IN_MEMORY = 512 * 1024
PIECE = 16 * 1024
LIMITS = "largest_bodies"
# Bytes. A button brings a token, a way back and the words of a question.
LITTLE = LARGEST_BODY
FORM = 256 * 1024
TEXT = 1024 * 1024
PICTURE = 8 * 1024 * 1024
MOST_FIELDS = 500
FIELDS = "application/x-www-form-urlencoded"

View = TypeVar("View", bound=Callable[..., Any])


def init_app(app: Flask) -> None:
    """Read bodies first of all: call this before any other part listens to requests."""
    app.extensions[LIMITS] = {}
    app.before_request(_read_to_its_end)
    app.teardown_request(_let_go)


def limit(app: Flask, blueprint: str, largest: int) -> None:
    """Take bodies of this size at a blueprint for programs, whose calls measure what they take."""
    app.extensions[LIMITS][blueprint] = largest


def reads(largest: int) -> Callable[[View], View]:
    """Declare how many bytes a route is sent at most, above the wrappers of its view."""

    def declare(view: View) -> View:
        view.largest_body = largest  # type: ignore[attr-defined]
        return view

    return declare


def is_for_programs() -> bool:
    """Tell whether the request is for a blueprint that has a limit of its own."""
    return request.blueprint in current_app.extensions[LIMITS]


def _read_to_its_end() -> None:
    request.max_content_length = _largest()
    request.max_form_parts = MOST_FIELDS
    if not _has_body():
        return
    sent = get_input_stream(request.environ, max_content_length=request.max_content_length)
    request.environ["wsgi.input"] = _copied(sent)


def _largest() -> int:
    view = current_app.view_functions.get(request.endpoint or "")
    usual = current_app.extensions[LIMITS].get(request.blueprint, LITTLE)
    return int(getattr(view, "largest_body", usual))


def _has_body() -> bool:
    return bool(request.content_length or request.headers.get("Transfer-Encoding"))


def _copied(sent: IO[bytes]) -> IO[bytes]:
    body = SpooledTemporaryFile(KEPT_IN_MEMORY)  # noqa: SIM115 - closed with the request
    begun, piece, fields = monotonic(), b"none yet", 1
    is_form = request.mimetype == FIELDS
    while piece:
        with _until(begun + PATIENCE_SECONDS + body.tell() / SLOWEST_BYTES_PER_SECOND):
            piece = _read(sent)
        body.write(piece)
        fields += piece.count(b"&")
        if is_form and fields > MOST_FIELDS:
            raise RequestEntityTooLarge
    if body.tell() < (request.content_length or 0):
        raise ClientDisconnected
    body.seek(0)
    return body


def _read(sent: IO[bytes]) -> bytes:
    """Read on; a body in pieces may be written wrongly, which its reader alone finds out."""
    try:
        return sent.read(PIECE)
    except ParseException as error:
        raise BadRequest from error


def _until(moment: float) -> Timeout:
    """End the wait in a greenlet; without gevent, a server of its own kind does, or a test.

    What is here gives time for what is not: nobody says beforehand how much a body in pieces holds.
    """
    is_ours = monkey.is_module_patched("socket")
    # An exception of this kind also tells gunicorn that the connection is of no more use.
    return Timeout(max(0.0, moment - monotonic()) if is_ours else None, RequestTimeout)


def _let_go(_error: BaseException | None) -> None:
    if isinstance(body := request.environ.get("wsgi.input"), SpooledTemporaryFile):
        body.close()
