"""What a request brings, read to its end before anything else is done for it.

Guarantee: nothing waits for a sender while it holds a connection to the database, for none is
taken before the whole body is here; and no sender is waited for without end. Whoever sends slower
than a bad telephone line is answered 408.
"""

from tempfile import SpooledTemporaryFile
from time import monotonic
from typing import IO

from flask import Flask, current_app, request
from gevent import Timeout, monkey
from gunicorn.http.errors import ParseException  # type: ignore[import-untyped]
from werkzeug.exceptions import BadRequest, ClientDisconnected, RequestTimeout
from werkzeug.wsgi import get_input_stream

PATIENCE_SECONDS = 10.0
SLOWEST_BYTES_PER_SECOND = 20_000
KEPT_IN_MEMORY = 512 * 1024
PIECE = 16 * 1024
LIMITS = "largest_bodies"


def init_app(app: Flask) -> None:
    """Read bodies first of all: call this before any other part listens to requests."""
    app.extensions[LIMITS] = {}
    app.before_request(_read_to_its_end)
    app.teardown_request(_let_go)


def limit(app: Flask, blueprint: str, largest: int) -> None:
    """Take smaller bodies at a blueprint than elsewhere."""
    app.extensions[LIMITS][blueprint] = largest


def _read_to_its_end() -> None:
    request.max_content_length = current_app.extensions[LIMITS].get(
        request.blueprint, request.max_content_length
    )
    if not _has_body():
        return
    sent = get_input_stream(request.environ, max_content_length=request.max_content_length)
    request.environ["wsgi.input"] = _copied(sent)


def _has_body() -> bool:
    return bool(request.content_length or request.headers.get("Transfer-Encoding"))


def _copied(sent: IO[bytes]) -> IO[bytes]:
    body = SpooledTemporaryFile(KEPT_IN_MEMORY)  # noqa: SIM115 - closed with the request
    begun, piece = monotonic(), b"none yet"
    while piece:
        with _until(begun + PATIENCE_SECONDS + body.tell() / SLOWEST_BYTES_PER_SECOND):
            piece = _read(sent)
        body.write(piece)
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
