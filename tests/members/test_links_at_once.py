"""A link of a mail that is used in two places at the same instant."""

import contextvars
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from grandequipe.core.events import EventRecord
from grandequipe.extensions import db
from tests.conftest import Visitor
from tests.factories import PASSWORD, make_member_with_password
from tests.locks import count_held_up
from tests.members.conftest import Inbox, link_in
from tests.waiting import wait_until

NEW = ["un autre mot de passe", "encore un autre mot de passe"]
HOLD = text("SELECT 1 FROM member FOR UPDATE")


def send(client: Any, token: str, path: str, password: str) -> str | None:
    """Choose a password; the scene's own context stays where it is."""
    typed = {"password": password, "csrf_token": token}
    return FlaskClient.open(client, path, method="POST", data=typed).location


def test_a_link_sets_one_password_however_often_it_is_sent(
    app: Flask, visitor: Visitor, inbox: Inbox
) -> None:
    alice = make_member_with_password("Alice Martin")
    visitor.send("/mot-de-passe-oublie", {"email": alice.email})
    path = link_in(inbox.mail())
    inbox.mails()
    browsers: list[Any] = [app.test_client() for _password in NEW]
    tokens = [contextvars.Context().run(browser._token) for browser in browsers]
    answers: list[Future[str | None]] = []
    with ThreadPoolExecutor(len(NEW)) as together, db.engine.begin() as held:
        held.execute(HOLD)
        for number, sent in enumerate(zip(browsers, tokens, NEW, strict=True), 1):
            browser, token, password = sent
            answers.append(together.submit(send, browser, token, path, password))
            wait_until(lambda: count_held_up() == number, f"{number} wait")  # noqa: B023
    assert [answer.result() for answer in answers] == ["/connexion", "/mot-de-passe-oublie"]
    assert "a déjà servi" in browsers[1].get("/mot-de-passe-oublie").text
    assert len(inbox.mails()) == 1
    first = {"email": alice.email, "password": NEW[0]}
    assert visitor.send("/connexion", first).location == "/"


def test_an_address_is_confirmed_once_however_often_its_link_is_opened(
    app: Flask, visitor: Visitor, inbox: Inbox
) -> None:
    """A mail program that looks at links, and the person, at the same instant: one lets in."""
    form = {"email": "zoe@example.org", "display_name": "Zoé Martin", "password": PASSWORD}
    visitor.send("/inscription", form)
    path = link_in(inbox.mail())
    browsers: list[Any] = [app.test_client(), visitor, visitor]
    answers: list[Future[Any]] = []
    with ThreadPoolExecutor(3) as together, db.engine.begin() as held:
        held.execute(HOLD)
        for number, browser in enumerate(browsers, 1):
            answers.append(together.submit(FlaskClient.open, browser, path))
            wait_until(lambda: count_held_up() == number, f"{number} wait")  # noqa: B023
    assert [answer.result().status_code for answer in answers] == [200, 302, 302]
    assert db.session.query(EventRecord).filter_by(kind="member.confirmed").count() == 1
