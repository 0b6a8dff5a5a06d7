"""The decorator of API calls: authentication, request and response schemas, errors."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Response, current_app, request
from flask_smorest import Blueprint  # type: ignore[import-untyped]

from grandequipe.api import idempotency, problems
from grandequipe.api.identity import Scope, acting_member, authenticate
from grandequipe.api.parsing import Parser
from grandequipe.api.schemas import Schema
from grandequipe.api.schemas.problems import ProblemSchema
from grandequipe.core.transactions import atomic
from grandequipe.extensions import csrf
from grandequipe.web import bodies

View = Callable[..., Any]

LARGEST_BODY = 1024 * 1024
SECURITY: list[dict[str, list[str]]] = [{"bearer": []}, {"session": []}]
KEY_PARAMETER = {
    "in": "header",
    "name": idempotency.HEADER,
    "description": "Any word of yours: the request is carried out once in 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": idempotency.LONGEST_KEY},
}


@dataclass(frozen=True)
class Parts:
    """A multipart body: its files and its fields, and how many bytes of it are read.

    `receive` takes the files before the transaction of the call begins.
    """

    files: type[Schema]
    fields: type[Schema]
    largest: int
    receive: Callable[[], None]


@dataclass(frozen=True)
class Streamed:
    """A body that is read while it arrives, of so many bytes at most, before the transaction.

    `receive` is called with the parameters of the path.
    """

    largest: int
    receive: Callable[..., None]


class ApiBlueprint(Blueprint):
    """A blueprint whose requests are read by the strict parser."""

    ARGUMENTS_PARSER = Parser()


blueprint = ApiBlueprint("api", __name__, url_prefix=problems.PREFIX, template_folder="templates")
problems.init_blueprint(blueprint)
csrf.exempt(blueprint)


@blueprint.after_request
def _forbid_caching(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def call(  # noqa: PLR0913 - the columns of the contract's table
    method: str,
    path: str,
    *,
    tag: str,
    answers: type[Schema] | Schema | dict[str, Any] | None,
    status: int = 200,
    otherwise: int | None = None,
    query: type[Schema] | None = None,
    body: type[Schema] | None = None,
    largest: int | None = None,
    parts: Parts | None = None,
    streamed: Streamed | None = None,
    visitors: bool = False,
    any_scope: bool = False,
    only_reads: bool = False,
    refusals: Sequence[int] = (),
    headers: Mapping[str, Any] | None = None,
) -> Callable[[View], View]:
    """Declare a call of the API.

    `answers` is the schema of the response, or its description where the view writes it;
    `otherwise` is another status with the same schema,
    `refusals` are error statuses beside those that any such call has. `visitors` allows calls
    without authentication.

    A token needs the scope `read` for a GET and `write` for all else, but none for `any_scope`.
    A call that `only_reads` is treated as a GET, whatever its method: its parameters are in the
    body, and it needs neither a CSRF token nor an Idempotency-Key.

    `largest` is how many bytes the body may have, where LARGEST_BODY does not hold its fields;
    `parts` are those of a call that is sent files, in a multipart body; `streamed` is a body that
    is no document.

    A call that writes runs in one transaction, opened here, and a POST once per Idempotency-Key.
    Its response is built before the commit, from what the transaction sees.
    """

    def declare(view: View) -> View:
        described = blueprint.response(status, answers, headers=headers)(_no_content(view, status))
        if body is not None:
            described = blueprint.arguments(body)(described)
        if parts is not None:
            described = blueprint.arguments(parts.files, location="files")(described)
            described = blueprint.arguments(parts.fields, location="form")(described)
        if query is not None:
            described = blueprint.arguments(query, location="query")(described)
        if otherwise is not None:
            described = blueprint.alt_response(otherwise, schema=answers)(described)
        writes = method != "GET" and not only_reads
        scope: Scope | None = None if any_scope else "write" if writes else "read"
        guarded = _authenticated(described, writes, visitors, scope, parts, streamed)
        statuses = {*refusals, *getattr(view, "refusals", ())}
        statuses |= _error_statuses(writes, path, bool(body or parts), query is not None)
        for each in sorted(statuses):
            guarded = blueprint.alt_response(
                each, schema=ProblemSchema, content_type=problems.MEDIA_TYPE
            )(guarded)
        guarded = _documented(guarded, method == "POST" and writes, visitors)
        guarded.body = body  # type: ignore[attr-defined]
        guarded.is_for_visitors = visitors  # type: ignore[attr-defined]
        _measure(guarded, largest, parts, streamed)
        blueprint.route(path, methods=[method], tags=[tag], endpoint=view.__name__)(guarded)
        return view

    return declare


def _measure(
    view: View, largest: int | None, parts: Parts | None, streamed: Streamed | None
) -> None:
    if largest is not None:
        view.largest_body = largest  # type: ignore[attr-defined]
    if parts is not None:
        view.largest_parts = parts.largest  # type: ignore[attr-defined]
    if streamed is not None:
        bodies.streams(streamed.largest)(view)


def require_sender() -> None:
    """Authenticate the caller of a call that is not for visitors, before its body is read."""
    called = current_app.view_functions.get(request.endpoint or "")
    if not getattr(called, "is_for_visitors", True):
        authenticate(None, visitors=False, writes=False)


def _no_content(view: View, status: int) -> View:
    """Make the empty response of a call that answers 204."""
    if status != 204:
        return view

    @wraps(view)
    def no_content(*args: Any, **kwargs: Any) -> Response:
        view(*args, **kwargs)
        response = Response(status=204)
        del response.headers["Content-Type"]
        return response

    return no_content


def _authenticated(
    view: View,
    writes: bool,
    visitors: bool,
    scope: Scope | None,
    parts: Parts | None,
    streamed: Streamed | None,
) -> View:
    @wraps(view)
    def read(*args: Any, **kwargs: Any) -> Any:
        authenticate(scope, visitors=visitors, writes=False)
        return view(*args, **kwargs)

    @wraps(view)
    def write(*args: Any, **kwargs: Any) -> Any:
        authenticate(scope, visitors=False, writes=True)
        if parts is not None:
            if stored := idempotency.find_stored(acting_member()):
                return stored
            parts.receive()
        if streamed is not None:
            streamed.receive(*args, **kwargs)
        with atomic():
            return idempotency.run_once(acting_member(), lambda: view(*args, **kwargs))

    @wraps(view)
    def issue_token(*args: Any, **kwargs: Any) -> Any:
        with atomic():
            return view(*args, **kwargs)

    if not writes:
        return read
    return issue_token if visitors else write


def _documented(view: View, takes_key: bool, visitors: bool) -> View:
    anyone: list[dict[str, list[str]]] = [{}] if visitors else []
    parameters = {"parameters": [KEY_PARAMETER]} if takes_key else {}
    described: View = blueprint.doc(
        operationId=view.__name__, security=[*anyone, *SECURITY], **parameters
    )(view)
    return described


def _error_statuses(writes: bool, path: str, has_body: bool, has_query: bool) -> set[int]:
    """List the error statuses that any such call may have."""
    statuses = {401}
    if writes:
        statuses |= {403, 409}
    if "<" in path:
        statuses |= {404}
    if has_body:
        statuses |= {400, 408, 413, 415}
    if has_body or has_query or writes:
        statuses |= {422}
    return statuses
