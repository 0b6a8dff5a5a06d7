"""Every refusal of the API as a problem document (RFC 9457).

Guarantee: what is not there and what the reader may not see are the same bytes.
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
AT_ONCE = "Someone else changed this at the same time. Send the request again."


class Lacking(Refused):
    """Say that the token was not given the scope that this call needs."""

    def __init__(self, scope: str) -> None:
        super().__init__(f"This token lacks the scope “{scope}”.")
        self.scope = scope


class Gone(Refused):
    """Say that what is asked for is kept no more."""


def problem(
    status: int,
    detail: str | None = None,
    errors: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Write a problem document."""
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
    """Answer whatever goes wrong in the API's own calls."""
    handlers = {
        NotFound: lambda _error: problem(404),
        Unauthenticated: lambda _error: _unauthenticated(),
        Refused: lambda error: problem(403, error.message),
        Lacking: _lacking,
        CSRFError: lambda error: problem(403, error.description),
        Gone: lambda error: problem(410, error.message),
        TooMany: _too_many,
        Conflict: lambda error: problem(409, error.message),
        IntegrityError: lambda _error: problem(409, AT_ONCE),
        Invalid: lambda error: problem(422, errors=error.errors),
        HTTPException: _from_http,
        500: lambda _error: _broken(),
    }
    for error, handler in handlers.items():
        blueprint.register_error_handler(error, handler)


def init_app(app: Flask) -> None:
    """Answer what no call was found for under our prefix; other pages stay the shell's."""
    shell = app.error_handler_spec[None][None][HTTPException]

    def answer(error: HTTPException) -> Any:
        return _from_http(error) if _is_ours() else shell(error)

    app.register_error_handler(HTTPException, answer)


def _is_ours() -> bool:
    return f"{request.path}/".startswith(f"{PREFIX}/")


def _unauthenticated() -> Response:
    return problem(401, LOG_IN, headers={"WWW-Authenticate": "Bearer"})


def _lacking(error: Lacking) -> Response:
    asked = f'Bearer error="insufficient_scope", scope="{error.scope}"'
    return problem(403, error.message, headers={"WWW-Authenticate": asked})


def _too_many(error: TooMany) -> Response:
    return problem(429, error.message, headers={"Retry-After": str(error.seconds)})


def _from_http(error: HTTPException) -> Any:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error
    if error.code == HTTPStatus.INTERNAL_SERVER_ERROR:
        return _broken()
    # webargs hangs what a schema found on the exception.
    found = getattr(error, "data", {}).get("messages", {})
    if found:
        return problem(error.code, errors=_flat(found))
    kept = {
        name: value
        for name, value in error.get_headers()
        if name in ("Allow", "Retry-After", "WWW-Authenticate")
    }
    detail = None if error.code == HTTPStatus.NOT_FOUND else error.description
    return problem(error.code, detail, headers=kept)


def _broken() -> Response:
    db.session.rollback()
    return problem(500)


def _flat(found: Mapping[str, Any]) -> dict[str, str]:
    """Name each wrong field with one sentence: {"json": {"a": {"b": [..]}}} → {"a.b": ".."}."""
    errors: dict[str, str] = {}
    for messages in found.values():
        _collect(messages, "", errors)
    return errors


def _collect(messages: Any, path: str, errors: dict[str, str]) -> None:
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            _collect(inner, path if name == "_schema" else f"{path}.{name}".lstrip("."), errors)
    else:
        sentence = messages[0] if isinstance(messages, list) else messages
        errors[path or "body"] = str(sentence)
