"""API tokens: creation, scopes, expiry and revocation."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from grandequipe.core import clock
from grandequipe.core.events import EventRecord
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.members.events import TokenRevoked
from grandequipe.members.models import ApiToken, Member
from grandequipe.members.services import create_token
from tests.api.conftest import Program, csrf_token
from tests.factories import PASSWORD, Cast, make_member_with_password

Programs = Callable[..., Program]


@pytest.fixture
def gaelle(app: Flask) -> Member:
    """Make a member with a password."""
    return make_member_with_password("Gaëlle Hamon", email="gaelle@example.org")


def ask(password: str = PASSWORD, email: str = "gaelle@example.org", **given: object) -> dict:
    """Make the body of a request for a token."""
    return {"email": email, "password": password, "name": "Mon agenda", "scopes": ["read"]} | given


def test_a_password_gives_a_key_that_opens_until_it_is_revoked(
    gaelle: Member, program: Programs
) -> None:
    answer = program().post("/tokens", ask())
    assert answer.status_code == 201
    assert answer.json["scopes"] == ["read"]
    assert answer.json["expires_at"] > clock.now().isoformat()
    bearer = Program(program().client, answer.json["token"])
    assert bearer.get("/me").json["email"] == "gaelle@example.org"
    full = program().post("/tokens", ask(scopes=["read", "write"])).json
    assert full["scopes"] == ["read", "write"]
    writer = Program(program().client, full["token"])
    assert writer.delete("/tokens/current").status_code == 204
    assert writer.get("/me").status_code == 401
    assert bearer.get("/me").status_code == 200


@pytest.mark.parametrize("scope", ["read", "write"])
def test_a_key_revokes_itself_whatever_it_may_do(cast: Cast, program: Programs, scope: str) -> None:
    bearer, other = program(cast.chloe, scope), program(cast.chloe)
    assert bearer.delete("/tokens/current").status_code == 204
    assert bearer.get("/groups").status_code == 401
    assert other.get("/me").status_code == 200


def test_the_document_says_that_any_scope_is_enough(program: Programs) -> None:
    revoking = program().get("/openapi.json").json["paths"]["/api/v1/tokens/current"]["delete"]
    assert "whatever its scopes" in revoking["summary"]


def test_the_key_itself_is_kept_nowhere(gaelle: Member, program: Programs) -> None:
    key = program().post("/tokens", ask(), Idempotency_Key="one").json["token"]
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(select(table)):
            assert key not in str(row)


def test_wrong_unknown_unconfirmed_and_inactive_get_the_same_answer(
    gaelle: Member, program: Programs
) -> None:
    make_member_with_password("Hugo Inglis", confirmed_at=None)
    iris = make_member_with_password("Iris Jourdan")
    with atomic():
        iris.active = False
    answers = [
        program().post("/tokens", ask("wrong password")),
        program().post("/tokens", ask(email="nobody@example.org")),
        program().post("/tokens", ask(email="hugo@example.org")),
        program().post("/tokens", ask(email="iris@example.org")),
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.data for answer in answers}) == 1


def test_after_five_wrong_tries_even_the_right_one_waits(gaelle: Member, program: Programs) -> None:
    for _try in range(5):
        assert program().post("/tokens", ask("wrong password")).status_code == 401
    refused = program().post("/tokens", ask(email="Gaelle@Example.org"))
    assert refused.status_code == 429
    assert refused.mimetype == "application/problem+json"
    assert 1 <= int(refused.headers["Retry-After"]) <= 600
    assert program().post("/tokens", ask("x", email="other@example.org")).status_code == 401


def test_the_right_password_forgets_wrong_tries(gaelle: Member, program: Programs) -> None:
    for _round in range(2):
        for _try in range(4):
            assert program().post("/tokens", ask("wrong password")).status_code == 401
        assert program().post("/tokens", ask()).status_code == 201


def test_a_repeated_request_gives_the_same_key(gaelle: Member, program: Programs) -> None:
    first = program().post("/tokens", ask(), Idempotency_Key="abc")
    again = program().post("/tokens", ask(), Idempotency_Key="abc")
    assert again.status_code == 201
    assert again.json == first.json
    assert again.headers["Idempotency-Replayed"] == "true"
    assert db.session.scalar(select(func.count(ApiToken.id))) == 1
    other = program().post("/tokens", ask(name="Autre"), Idempotency_Key="abc")
    assert other.status_code == 422


WRONG = [
        ({"scopes": ["admin"]}, "scopes.0"),
        ({"scopes": []}, "scopes"),
        ({"email": None}, "email"),
        ({"password": 12}, "password"),
        ({"password": "a\x00"}, "password"),
        ({"remember": True}, "remember"),
    ]  # fmt: skip


def test_each_wrong_field_is_named(
    app: Flask, program: Programs, subtests: pytest.Subtests
) -> None:
    for wrong, named in WRONG:
        with subtests.test(repr(wrong)[:40]):
            answer = program().post("/tokens", ask(**wrong))
            assert answer.status_code == 422
            assert answer.json["errors"].keys() == {named}


def test_a_key_reads_or_writes_as_its_scopes_say(cast: Cast, program: Programs) -> None:
    reader, writer = program(cast.chloe, "read"), program(cast.chloe, "write")
    assert reader.get("/me").status_code == 200
    refused = reader.patch("/me", {"job_title": "Animatrice"})
    assert refused.status_code == 403
    assert 'scope="write"' in refused.headers["WWW-Authenticate"]
    assert writer.get("/me").status_code == 403
    assert writer.get("/groups").status_code == 403
    assert writer.patch("/me", {"job_title": "Animatrice"}).status_code == 200


def test_a_key_that_is_expired_or_whose_member_is_inactive_opens_nothing(
    cast: Cast, program: Programs
) -> None:
    chloe, driss = program(cast.chloe), program(cast.driss)
    with atomic():
        token = db.session.scalars(select(ApiToken).where(ApiToken.member == cast.chloe)).one()
        token.expires_at = clock.now() - timedelta(seconds=1)
        cast.driss.active = False
    for bearer in (chloe, driss):
        answer = bearer.get("/groups")
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer x y", "bearer é", "Bearer \xff"])
def test_a_wrong_bearer_is_refused_even_where_visitors_read(header: str, program: Programs) -> None:
    answer = program().get("/groups", Authorization=header)
    assert answer.status_code == 401


def test_a_wrong_bearer_does_not_fall_back_on_a_cookie(
    cast: Cast, browser: Callable[..., object]
) -> None:
    client = browser(cast.chloe)
    assert client.get("/api/v1/me").status_code == 200
    answer = client.get("/api/v1/me", headers={"Authorization": "Bearer wrong"})
    assert answer.status_code == 401


def test_a_session_reads_freely_and_writes_with_the_token_of_its_page(
    cast: Cast, browser: Callable[..., object]
) -> None:
    client = browser(cast.chloe)
    path = "/api/v1/groups/ess-quartiers/preferences"
    assert client.put(path, json={"level": "none"}).status_code == 403
    wrong = client.put(path, json={"level": "none"}, headers={"X-CSRFToken": "wrong"})
    assert wrong.status_code == 403
    assert wrong.mimetype == "application/problem+json"
    token = csrf_token(client)
    answer = client.put(path, json={"level": "none"}, headers={"X-CSRFToken": token})
    assert answer.json == {"level": "none"}


def test_a_session_has_no_key_to_revoke(cast: Cast, browser: Callable[..., object]) -> None:
    client = browser(cast.chloe)
    answer = client.delete("/api/v1/tokens/current", headers={"X-CSRFToken": csrf_token(client)})
    assert answer.status_code == 404


def test_keys_are_made_of_enough_chance(cast: Cast) -> None:
    with atomic():
        keys = {create_token(cast.chloe, "", ["read"])[0] for _number in range(20)}
    assert len(keys) == 20
    assert min(map(len, keys)) >= 43


@pytest.fixture
def three_an_hour(app: Flask) -> Iterator[None]:
    """Limit the tokens of the right password to three an hour."""
    usual = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(usual, limit_tokens="3 per hour")
    yield
    app.config["SETTINGS"] = usual


@pytest.mark.usefixtures("three_an_hour")
def test_the_right_password_is_not_free_either(gaelle: Member, program: Programs) -> None:
    for wrong in range(4):
        assert program().post("/tokens", ask(f"no {wrong}")).status_code == 401
    for _time in range(3):
        assert program().post("/tokens", ask()).status_code == 201
    for password in (PASSWORD, "no"):
        refused = program().post("/tokens", ask(password))
        assert (refused.status_code, refused.mimetype) == (429, "application/problem+json")
        assert int(refused.headers["Retry-After"]) >= 1
    assert db.session.scalar(select(func.count(ApiToken.id))) == 3
    elsewhere = {"REMOTE_ADDR": "198.51.100.7"}
    response = program().client.post("/api/v1/tokens", json=ask("no"), environ_overrides=elsewhere)
    assert response.status_code == 401, "a stranger does not learn that there is an account"


def test_the_fifty_first_key_ends_the_oldest(gaelle: Member, program: Programs) -> None:
    first, second = program(gaelle), program(gaelle)
    for _time in range(48):
        program(gaelle)
    assert first.get("/me").status_code == 200
    newest = program(gaelle)
    assert [each.get("/me").status_code for each in (first, second, newest)] == [401, 200, 200]
    ended = db.session.query(EventRecord).filter_by(kind=TokenRevoked.kind).one()
    assert ended.stream_id == gaelle.stream_id
