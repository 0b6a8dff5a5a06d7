"""How a call of the API is declared: who may, what comes in, what goes out."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

from flask import Response
from flask_smorest import Blueprint  # type: ignore[import-untyped]
from marshmallow import Schema

from grandequipe.api import idempotency, problems
from grandequipe.api.identity import Scope, acting_member, let_in
from grandequipe.api.parsing import Parser
from grandequipe.api.schemas.problems import ProblemSchema
from grandequipe.core.transactions import atomic
from grandequipe.extensions import csrf

View = Callable[..., Any]

LARGEST_BODY = 1024 * 1024
SECURITY: list[dict[str, list[str]]] = [{"bearer": []}, {"session": []}]
KEY_PARAMETER = {
    "in": "header",
    "name": idempotency.HEADER,
    "description": "Any word of yours: the request is carried out once in 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": idempotency.LONGEST_KEY},
}


class ApiBlueprint(Blueprint):
    """Read requests by our own parser."""

    ARGUMENTS_PARSER = Parser()


blueprint = ApiBlueprint("api", __name__, url_prefix=problems.PREFIX, template_folder="templates")
problems.init_blueprint(blueprint)
csrf.exempt(blueprint)


@blueprint.after_request
def _keep_nothing(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def call(  # noqa: PLR0913 - the columns of the contract's table
    method: str,
    path: str,
    *,
    tag: str,
    answers: type[Schema] | Schema | None,
    status: int = 200,
    otherwise: int | None = None,
    query: type[Schema] | None = None,
    body: type[Schema] | None = None,
    visitors: bool = False,
    any_scope: bool = False,
    only_reads: bool = False,
    refusals: Sequence[int] = (),
    headers: Mapping[str, Any] | None = None,
) -> Callable[[View], View]:
    """Declare a call of the API.

    `otherwise` is another status with which the call may answer the same schema.

    A token needs the scope `read` for a GET and `write` for all else, but none for `any_scope`.
    A call that `only_reads` is as a GET, whatever its method: it takes its question in a body, and
    neither a CSRF token nor an Idempotency-Key.

    A call that writes runs in one transaction, opened here, and a POST once per
    Idempotency-Key. Its answer is written before the commit, from what the transaction sees.
    """

    def declare(view: View) -> View:
        described = blueprint.response(status, answers, headers=headers)(_emptied(view, status))
        if body is not None:
            described = blueprint.arguments(body)(described)
        if query is not None:
            described = blueprint.arguments(query, location="query")(described)
        if otherwise is not None:
            described = blueprint.alt_response(otherwise, schema=answers)(described)
        writes = method != "GET" and not only_reads
        scope: Scope | None = None if any_scope else "write" if writes else "read"
        guarded = _guarded(described, writes, visitors, scope)
        expected = {*refusals, *getattr(view, "refusals", ())}
        expected |= _refusals(writes, path, body is not None, query is not None)
        for each in sorted(expected):
            guarded = blueprint.alt_response(
                each, schema=ProblemSchema, content_type=problems.MEDIA_TYPE
            )(guarded)
        guarded = _documented(guarded, method == "POST" and writes, visitors)
        guarded.body = body  # type: ignore[attr-defined]
        blueprint.route(path, methods=[method], tags=[tag], endpoint=view.__name__)(guarded)
        return view

    return declare


def _emptied(view: View, status: int) -> View:
    """Let a call that answers 204 return nothing."""
    if status != 204:
        return view

    @wraps(view)
    def emptied(*args: Any, **kwargs: Any) -> Response:
        view(*args, **kwargs)
        answer = Response(status=204)
        del answer.headers["Content-Type"]
        return answer

    return emptied


def _guarded(view: View, writes: bool, visitors: bool, scope: Scope | None) -> View:
    @wraps(view)
    def read(*args: Any, **kwargs: Any) -> Any:
        let_in(scope, visitors=visitors, writes=False)
        return view(*args, **kwargs)

    @wraps(view)
    def write(*args: Any, **kwargs: Any) -> Any:
        let_in(scope, visitors=False, writes=True)
        with atomic():
            return idempotency.answered_once(acting_member(), lambda: view(*args, **kwargs))

    @wraps(view)
    def ask_for_key(*args: Any, **kwargs: Any) -> Any:
        with atomic():
            return view(*args, **kwargs)

    if not writes:
        return read
    return ask_for_key if visitors else write


def _documented(view: View, takes_key: bool, visitors: bool) -> View:
    anyone: list[dict[str, list[str]]] = [{}] if visitors else []
    parameters = {"parameters": [KEY_PARAMETER]} if takes_key else {}
    described: View = blueprint.doc(
        operationId=view.__name__, security=[*anyone, *SECURITY], **parameters
    )(view)
    return described


def _refusals(writes: bool, path: str, has_body: bool, has_query: bool) -> set[int]:
    """Tell which problems any such call may answer."""
    expected = {401}
    if writes:
        expected |= {403, 409}
    if "<" in path:
        expected |= {404}
    if has_body:
        expected |= {400, 408, 413, 415}
    if has_body or has_query or writes:
        expected |= {422}
    return expected
