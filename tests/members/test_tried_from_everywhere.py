"""A10: wrong passwords for one account from many places are slowed down; its owner is not."""

import contextvars
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from grandequipe.core.mail import MailState, OutgoingMail
from grandequipe.extensions import db
from grandequipe.members.models import Member
from grandequipe.members.queries import find_member_by_email
from tests.conftest import Visitor
from tests.factories import PASSWORD, make_member_with_password
from tests.members.conftest import Inbox, link_in, text_of

NEW = "un autre mot de passe"
Log = Callable[..., Any]


@pytest.fixture(autouse=True)
def few_tries(app: Flask) -> Iterator[None]:
    """Let an account take eight wrong passwords, wherever they come from."""
    usual = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(usual, limit_account_tries="8 per hour")
    make_member_with_password("Alice Martin")
    make_member_with_password("Bruno Castel")
    yield
    app.config["SETTINGS"] = usual


def at(number: int) -> dict[str, Any]:
    return {"environ_overrides": {"REMOTE_ADDR": f"198.51.100.{number}"}}


def log_in(app: Flask, number: int, password: str = PASSWORD, name: str = "alice") -> Any:
    """Try a password in a new browser, at an address of its own."""
    stranger: Any = app.test_client()
    form = {"email": f"{name}@example.org", "password": password}
    return stranger.send("/connexion", form, **at(number))


def ask_token(app: Flask, number: int, password: str = PASSWORD) -> Any:
    asked = {"email": "Alice@example.org", "password": password, "name": "x", "scopes": ["read"]}
    return app.test_client().post("/api/v1/tokens", json=asked, **at(number))


def attack(app: Flask, name: str = "alice") -> list[int]:
    """Try four wrong passwords from each of five places, as a page and as a program in turn."""
    return [
        log_in(app, place, f"faux mot de passe {number}", name).status_code
        if name != "alice" or number % 2
        else ask_token(app, place, f"faux mot de passe {number}").status_code
        for place in range(1, 6)
        for number in range(4)
    ]


def owners_mails(app: Flask, inbox: Inbox) -> list[Any]:
    """Have the worker warn whom it should; give the mails."""
    return inbox.mails()


def test_many_places_together_have_a_few_tries_and_the_owner_is_notified_once(
    app: Flask, inbox: Inbox
) -> None:
    """A10"""
    answers = attack(app)
    assert set(answers[:8]) == {401, 422}
    assert set(answers[8:]) == {429}
    assert log_in(app, 77).status_code == ask_token(app, 78).status_code == 429
    assert int(log_in(app, 79).headers["Retry-After"]) >= 1
    assert "choisissez un nouveau mot de passe" in log_in(app, 79).text
    assert log_in(app, 77, name="bruno").location == "/"
    (message,) = owners_mails(app, inbox)
    assert message["To"] == "alice@example.org"
    assert message["Subject"] == "Quelqu’un essaie d’ouvrir votre compte"
    assert "/mot-de-passe-oublie" in text_of(message)
    attack(app)
    assert owners_mails(app, inbox) == []


def test_where_the_owner_was_let_in_before_they_go_on(app: Flask, visitor: Visitor) -> None:
    """A10: a known browser wherever it is, and a known address for programs."""
    form = {"email": "alice@example.org", "password": PASSWORD}
    assert visitor.send("/connexion", form, **at(50)).location == "/"
    visitor.send("/deconnexion")
    assert ask_token(app, 60).status_code == 201
    attack(app)
    assert ask_token(app, 60).status_code == 201
    assert visitor.send("/connexion", form, **at(51)).location == "/"
    assert log_in(app, 51).location == "/"
    visitor.send("/deconnexion")
    wrong = {**form, "password": "faux"}
    answers = [visitor.send("/connexion", wrong, **at(52)).status_code for _ in range(7)]
    assert answers == [422] * 5 + [429] * 2


def test_a_browser_that_is_known_to_one_account_is_a_stranger_to_another(
    app: Flask, visitor: Visitor
) -> None:
    bruno = {"email": "bruno@example.org", "password": PASSWORD}
    assert visitor.send("/connexion", bruno, **at(50)).location == "/"
    visitor.send("/deconnexion")
    attack(app)
    alice = {**bruno, "email": "alice@example.org"}
    assert visitor.send("/connexion", alice, **at(50)).status_code == 429
    visitor.set_cookie("known", "WyJhIl0.forged")
    assert visitor.send("/connexion", alice, **at(50)).status_code == 429


def test_who_is_logged_in_as_another_is_a_stranger_too(
    app: Flask, browser: Callable[[Member], Visitor]
) -> None:
    """A10: any account of one's own opened the tries on all others."""
    attack(app)
    bruno = browser(find_member_by_email("bruno@example.org"))
    asked = {"email": "alice@example.org", "password": PASSWORD, "name": "x", "scopes": ["read"]}
    token = {"X-CSRFToken": contextvars.Context().run(bruno._token)}
    answer = bruno.post("/api/v1/tokens", json=asked, headers=token, **at(77))
    assert answer.status_code == 429


def test_a_member_who_chooses_a_new_password_by_mail_is_let_in_while_strangers_go_on(
    app: Flask, visitor: Visitor, inbox: Inbox
) -> None:
    attack(app)
    visitor.send("/mot-de-passe-oublie", {"email": "alice@example.org"}, **at(50))
    _warning, message = inbox.mails()
    path = link_in(message)
    visitor.send(path, {"password": NEW}, **at(50))
    attack(app)
    form = {"email": "alice@example.org", "password": NEW}
    assert visitor.send("/connexion", form, **at(51)).location == "/"


def test_an_address_without_account_is_counted_the_same_and_nobody_is_notified(
    app: Flask, inbox: Inbox
) -> None:
    assert attack(app, "nobody") == [422] * 8 + [429] * 12
    assert [each.recipient for each in db.session.query(OutgoingMail)] == ["nobody@example.org"]
    assert inbox.mails() == []
    (cancelled,) = db.session.query(OutgoingMail)
    assert (cancelled.state, cancelled.recipient) == (MailState.CANCELLED, "")


def test_a_wide_network_of_ipv6_is_counted_too(app: Flask) -> None:
    """A10: a /48 is 65,536 places of a /64; four times as much as one of them is taken."""
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], limit_wrong_tries="3 per 5 minutes")
    tries = [
        app.test_client().send(  # type: ignore[attr-defined]
            "/connexion",
            {"email": f"personne{number}@example.org", "password": "faux mot de passe"},
            environ_overrides={"REMOTE_ADDR": f"2001:db8:7:{number}::1"},
        )
        for number in range(14)
    ]
    assert [answer.status_code for answer in tries] == [422] * 12 + [429] * 2
    near = {"environ_overrides": {"REMOTE_ADDR": "2001:db8:8:1::1"}}
    stranger: Any = app.test_client()
    form = {"email": "alice@example.org", "password": PASSWORD}
    assert stranger.send("/connexion", form, **near).location == "/"
