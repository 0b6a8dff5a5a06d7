"""A client that tries one password on many accounts is refused."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from tests.conftest import Visitor
from tests.factories import PASSWORD, make_member_with_password

ELSEWHERE = {"REMOTE_ADDR": "198.51.100.7"}


@pytest.fixture(autouse=True)
def few_tries(app: Flask) -> Iterator[None]:
    """Let three wrong passwords come from a place."""
    usual = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(usual, limit_wrong_tries="3 per 5 minutes")
    make_member_with_password("Alice Martin")
    yield
    app.config["SETTINGS"] = usual


def log_in(visitor: Visitor, name: str, password: str, **given: object):  # type: ignore[no-untyped-def]
    form = {"email": f"{name}@example.org", "password": password}
    return visitor.send("/connexion", form, **given)


def ask_token(visitor: Visitor, name: str, password: str):  # type: ignore[no-untyped-def]
    wanted = {"email": f"{name}@example.org", "password": password}
    return visitor.post("/api/v1/tokens", json=wanted)


def test_many_accounts_from_one_place_are_too_many(visitor: Visitor) -> None:
    for name in ("alice", "bruno", "chloe"):
        assert log_in(visitor, name, "printemps2026").status_code == 422
    closed = log_in(visitor, "alice", PASSWORD)
    assert closed.status_code == 429
    assert int(closed.headers["Retry-After"]) == 300
    assert ask_token(visitor, "alice", PASSWORD).status_code == 429
    assert log_in(visitor, "alice", PASSWORD, environ_overrides=ELSEWHERE).status_code == 302


def test_programs_count_with_pages(visitor: Visitor) -> None:
    for name in ("bruno", "chloe", "driss"):
        assert ask_token(visitor, name, "printemps2026").status_code == 401
    refused = ask_token(visitor, "alice", PASSWORD)
    assert (refused.status_code, refused.mimetype) == (429, "application/problem+json")
    assert int(refused.headers["Retry-After"]) >= 1
    assert log_in(visitor, "alice", PASSWORD).status_code == 429


def test_a_room_full_of_members_logs_in(visitor: Visitor) -> None:
    for _ in range(5):
        assert log_in(visitor, "alice", PASSWORD).status_code == 302
        visitor.send("/deconnexion")
        assert ask_token(visitor, "alice", PASSWORD).status_code == 201


def test_an_address_of_ipv6_is_its_whole_network(visitor: Visitor) -> None:
    for number, name in enumerate(("alice", "bruno", "chloe")):
        here = {"REMOTE_ADDR": f"2001:db8:1:2::{number}"}
        log_in(visitor, name, "printemps2026", environ_overrides=here)
    near, far = ({"REMOTE_ADDR": f"2001:db8:1:{network}::9"} for network in (2, 3))
    assert log_in(visitor, "alice", PASSWORD, environ_overrides=near).status_code == 429
    assert log_in(visitor, "alice", PASSWORD, environ_overrides=far).status_code == 302
