"""Every error under /api/v1 is a problem document."""

from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.api.conftest import PREFIX, Program
from tests.broken_tables import without_comments
from tests.factories import Cast, make_post

Programs = Callable[..., Program]


def is_problem(answer: TestResponse, status: int) -> bool:
    """Return whether a response is a problem document with this status."""
    document = answer.json
    return (
        answer.status_code == status
        and answer.mimetype == "application/problem+json"
        and document["status"] == status
        and document["type"] == "about:blank"
        and bool(document["title"])
    )


NOWHERE = [
    "",
    "/",
    "/nothing",
    "/groups/",
    "/groups/Nobody",
    "/groups/a%00b",
    "/posts/x",
    "/posts/-1",
    f"/posts/{2**63}",
    "/posts/%F0%9F%98%80",
    "/groups/nouveau/x",
]


def test_what_is_not_there(app: Flask, subtests: pytest.Subtests) -> None:
    for path in NOWHERE:
        with subtests.test(repr(path)[:40]):
            assert is_problem(app.test_client().get(PREFIX + path), 404)


def test_pages_outside_keep_their_own_errors(app: Flask) -> None:
    assert app.test_client().get("/nothing").mimetype == "text/html"
    assert app.test_client().get("/api/v1x").mimetype == "text/html"


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "/groups"), ("POST", "/me"), ("DELETE", "/openapi.json")]
)
def test_a_method_that_is_not_allowed(method: str, path: str, app: Flask) -> None:
    answer = app.test_client().open(PREFIX + path, method=method)
    assert is_problem(answer, 405)
    assert "GET" in answer.headers["Allow"]


FOR_MEMBERS = ["/me", "/feed", "/notifications", "/changes", "/groups/ess-quartiers/members"]


def test_what_only_members_do(cast: Cast, program: Programs, subtests: pytest.Subtests) -> None:
    for path in FOR_MEMBERS:
        with subtests.test(repr(path)[:40]):
            answer = program().get(path)
            assert is_problem(answer, 401)
            assert answer.headers["WWW-Authenticate"] == "Bearer"


def send_raw(token: str, app: Flask, data: bytes, content_type: str | None) -> TestResponse:
    """Send a raw body."""
    headers = {"Authorization": f"Bearer {token}"}
    return app.test_client().post(
        f"{PREFIX}/groups", data=data, content_type=content_type, headers=headers
    )


NOT_JSON = [
    b"{",
    b"nope",
    b"\xff\xfe",
    b'{"name": NaN}',
    b'{"name": Infinity}',
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b'{"name": ' + b"9" * 10_000 + b"}",
]


def test_what_is_not_json(
    app: Flask, cast: Cast, program: Programs, subtests: pytest.Subtests
) -> None:
    for data in NOT_JSON:
        with subtests.test(repr(data)[:40]):
            token = program(cast.chloe).token
            answer = send_raw(token, app, data, "application/json")
            assert is_problem(answer, 400)
            assert answer.json["detail"] == "The body is not valid JSON."


OTHER_TYPES = ["text/plain", "application/x-www-form-urlencoded", None]


def test_another_media_type(
    app: Flask, cast: Cast, program: Programs, subtests: pytest.Subtests
) -> None:
    for content_type in OTHER_TYPES:
        with subtests.test(repr(content_type)[:40]):
            token = program(cast.chloe).token
            assert is_problem(send_raw(token, app, b'{"name": "x"}', content_type), 415)


SOMETHING_ELSE = [
    b'{"name": 1e999}',
    b'{"name": [[[[1]]]]}',
    b'"text"',
    b"null",
    b"[]",
    b"1",
    b"",
    b'{"name": "\\ud800"}',
    b'{"name": "a\\u0000"}',
    b'{"\\ud800": 1, "name": "x"}',
]


def test_json_that_says_something_else(
    app: Flask, cast: Cast, program: Programs, subtests: pytest.Subtests
) -> None:
    for data in SOMETHING_ELSE:
        with subtests.test(repr(data)[:40]):
            answer = send_raw(program(cast.chloe).token, app, data, "application/json")
            assert is_problem(answer, 422)
            assert answer.json["errors"]


def test_a_body_that_is_too_large(app: Flask, cast: Cast, program: Programs) -> None:
    data = b'{"name": "' + b"x" * 1024 * 1024 + b'"}'
    assert is_problem(send_raw(program(cast.chloe).token, app, data, "application/json"), 413)


NO_IDS = [10**30, -1, True, 1.5, "1", [1], {"a": 1}, 0]


def test_an_id_that_is_none(cast: Cast, program: Programs, subtests: pytest.Subtests) -> None:
    for value in NO_IDS:
        with subtests.test(repr(value)[:40]):
            post = make_post(cast.amina, cast.ess)
            answer = program(cast.chloe).post(
                f"/posts/{post.id}/comments", {"body_html": "<p>x</p>", "reply_to": value}
            )
            assert is_problem(answer, 422)
            assert answer.json["errors"].keys() == {"reply_to"}


def test_what_broke_says_nothing_of_how(
    app: Flask, cast: Cast, program: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table is missing."""
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    post = make_post(cast.amina, cast.ess)
    chloe = program(cast.chloe)
    with without_comments():
        answer = chloe.post(f"/posts/{post.id}/comments", {"body_html": "x"})
    assert is_problem(answer, 500)
    assert "relation" not in answer.text
    assert "psycopg" not in answer.text


def test_nothing_is_kept_by_caches(cast: Cast, program: Programs) -> None:
    for answer in (program().get("/groups"), program(cast.chloe).get("/me")):
        assert answer.headers["Cache-Control"] == "no-store"


NO_INSTANTS = [
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    "2027-13-01T00:00:00Z",
    "2027-01-01",
    "now",
    0,
]


def test_an_instant_that_cannot_be(
    cast: Cast, program: Programs, subtests: pytest.Subtests
) -> None:
    for instant in NO_INSTANTS:
        with subtests.test(repr(instant)[:40]):
            call = {"kind": "call", "title": "x", "body_html": "<p>x</p>", "deadline": instant}
            answer = program(cast.chloe).post("/groups/ess-quartiers/posts", call)
            assert is_problem(answer, 422)
            assert answer.json["errors"].keys() == {"deadline"}
