"""A request for a token that is sent twice never returns a token that is no longer valid."""

import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from werkzeug.test import Client

from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.members.models import ApiToken, Member
from grandequipe.members.services import create_token, end_access
from grandequipe.members.services.access import MOST_TOKENS
from tests.api.conftest import Program
from tests.factories import PASSWORD, make_member_with_password

Programs = Callable[..., Program]

ASKED = {
    "email": "gaelle@example.org", "password": PASSWORD, "name": "Mon agenda", "scopes": ["write"],
}  # fmt: skip
REPLAYED = "Idempotency-Replayed"


@pytest.fixture
def gaelle(app: Flask) -> Member:
    """Make a member with a password."""
    return make_member_with_password("Gaëlle Hamon", email="gaelle@example.org")


def revoke(bearer: Program, _member: Member) -> None:
    assert bearer.delete("/tokens/current").status_code == 204


def expire(_bearer: Program, _member: Member) -> None:
    with atomic():
        db.session.execute(update(ApiToken).values(expires_at=clock.now() - timedelta(seconds=1)))


def end_all(_bearer: Program, member: Member) -> None:
    with atomic():
        end_access(member)


def be_outnumbered(_bearer: Program, member: Member) -> None:
    with atomic():
        for _number in range(MOST_TOKENS):
            create_token(member, "another program", ["read"])


@pytest.mark.parametrize("end", [revoke, expire, end_all, be_outnumbered])
def test_who_asks_again_once_the_key_ended_is_given_another(
    gaelle: Member, program: Programs, end: Callable[[Program, Member], None]
) -> None:
    first = program().post("/tokens", ASKED, Idempotency_Key="a")
    end(Program(program().client, first.json["token"]), gaelle)
    second, third = (program().post("/tokens", ASKED, Idempotency_Key="a") for _time in range(2))
    assert second.status_code == 201
    assert second.json["token"] != first.json["token"]
    assert REPLAYED not in second.headers
    bearer = Program(program().client, second.json["token"])
    assert bearer.patch("/me", {"job_title": "Animatrice"}).status_code == 200
    assert (third.json, third.headers[REPLAYED]) == (second.json, "true")


def test_many_who_ask_again_at_once_are_given_one(
    app: Flask, gaelle: Member, program: Programs
) -> None:
    def ask() -> tuple[int, str]:
        client = Client(app, use_cookies=False)
        answer = client.post("/api/v1/tokens", json=ASKED, headers={"Idempotency-Key": "a"})
        return answer.status_code, answer.json["token"]

    def ask_with_the_others() -> tuple[int, str]:
        together.wait()
        return ask()

    db.session.rollback()
    together = Barrier(4)
    first = contextvars.Context().run(ask)
    revoke(Program(program().client, first[1]), gaelle)
    with ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(contextvars.Context().run, ask_with_the_others) for _number in range(4)]
        [second] = {each.result() for each in sent}
    assert (first[0], second[0], first == second) == (201, 201, False)
    assert db.session.scalar(select(func.count(ApiToken.id))) == 1
