"""The errors of the API as problem documents (RFC 9457).

Guarantee: the response is the same, byte for byte, for what does not exist and what the caller may
not see.
"""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import HTTPException

from grandequipe.core.errors import Conflict, Invalid, NotFound, Refused, TooMany, Unauthenticated
from grandequipe.extensions import db

PREFIX = "/api/v1"
MEDIA_TYPE = "application/problem+json"
LOG_IN = "Send a valid token: `Authorization: Bearer TOKEN`."
CONCURRENT_CHANGE = "Someone else changed this at the same time. Send the request again."


class InsufficientScope(Refused):
    """The token does not have the scope that this call needs."""

    def __init__(self, scope: str) -> None:
        super().__init__(f"This token lacks the scope “{scope}”.")
        self.scope = scope


class Gone(Refused):
    """What is requested is no longer stored."""


def problem(
    status: int,
    detail: str | None = None,
    errors: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Make a problem document; `errors` has a sentence for each invalid field."""
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
    }
    if detail:
        document["detail"] = detail
    if errors:
        document["errors"] = errors
    body = json.dumps(document, ensure_ascii=False)
    return Response(body.encode(errors="replace"), status, headers, mimetype=MEDIA_TYPE)


def init_blueprint(blueprint: Any) -> None:
    """Register the error handlers of the API's calls."""
    handlers = {
        NotFound: lambda _error: problem(404),
        Unauthenticated: lambda _error: _unauthenticated(),
        Refused: lambda error: problem(403, error.message),
        InsufficientScope: _insufficient_scope,
        CSRFError: lambda error: problem(403, error.description),
        Gone: lambda error: problem(410, error.message),
        TooMany: _too_many,
        Conflict: lambda error: problem(409, error.message),
        IntegrityError: lambda _error: problem(409, CONCURRENT_CHANGE),
        Invalid: lambda error: problem(422, errors=error.errors),
        HTTPException: _from_http,
        500: lambda _error: _internal_error(),
    }
    for error, handler in handlers.items():
        blueprint.register_error_handler(error, handler)


def init_app(app: Flask) -> None:
    """Handle the errors of unknown paths under the API's prefix; others get the error pages."""
    page_handler = app.error_handler_spec[None][None][HTTPException]

    def handle(error: HTTPException) -> Any:
        return _from_http(error) if _is_api_path() else page_handler(error)

    app.register_error_handler(HTTPException, handle)


def _is_api_path() -> bool:
    return f"{request.path}/".startswith(f"{PREFIX}/")


def _unauthenticated() -> Response:
    return problem(401, LOG_IN, headers={"WWW-Authenticate": "Bearer"})


def _insufficient_scope(error: InsufficientScope) -> Response:
    challenge = f'Bearer error="insufficient_scope", scope="{error.scope}"'
    return problem(403, error.message, headers={"WWW-Authenticate": challenge})


def _too_many(error: TooMany) -> Response:
    return problem(429, error.message, headers={"Retry-After": str(error.seconds)})


def _from_http(error: HTTPException) -> Any:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error
    if error.code == HTTPStatus.INTERNAL_SERVER_ERROR:
        return _internal_error()
    # webargs attaches the errors of a schema to the exception.
    messages = getattr(error, "data", {}).get("messages", {})
    if messages:
        return problem(error.code, errors=_flatten(messages))
    headers = {
        name: value
        for name, value in error.get_headers()
        if name in ("Allow", "Retry-After", "WWW-Authenticate")
    }
    detail = None if error.code == HTTPStatus.NOT_FOUND else error.description
    return problem(error.code, detail, headers=headers)


def _internal_error() -> Response:
    db.session.rollback()
    return problem(500)


def _flatten(by_location: Mapping[str, Any]) -> dict[str, str]:
    """Give one sentence for each field: {"json": {"a": {"b": [..]}}} → {"a.b": ".."}."""
    errors: dict[str, str] = {}
    for messages in by_location.values():
        _collect(messages, "", errors)
    return errors


def _collect(messages: Any, path: str, errors: dict[str, str]) -> None:
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            _collect(inner, path if name == "_schema" else f"{path}.{name}".lstrip("."), errors)
    else:
        sentence = messages[0] if isinstance(messages, list) else messages
        errors[path or "body"] = str(sentence)
