"""A4: what is asked for with a password opens nothing once that password was changed meanwhile."""

import contextvars
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.live.queries import list_honoured
from grandequipe.live.rooms import Credentials
from grandequipe.members.models import ApiToken, Member
from grandequipe.members.queries import find_token
from grandequipe.members.services import create_token, erase_member
from tests.conftest import Visitor
from tests.factories import PASSWORD, make_member_with_password
from tests.locks import count_held_up, held_up
from tests.members.conftest import Inbox, link_in
from tests.waiting import wait_until

NEW = "un autre mot de passe"
CHANGE = {"password": PASSWORD, "new_password": NEW, "new_password_confirm": NEW}
ASKED = {"email": "alice@example.org", "password": PASSWORD, "name": "x", "scopes": ["read"]}
HOLD = text("SELECT 1 FROM member FOR UPDATE")
Open = Callable[[Member], Visitor]
Act = Callable[[], Any]


@pytest.fixture
def alice(app: Flask) -> Member:
    return make_member_with_password("Alice Martin")


def prepared(browser: Any, path: str, form: dict[str, str]) -> Act:
    """Make ready to send a form from another thread."""
    sent = {**form, "csrf_token": contextvars.Context().run(browser._token)}
    return lambda: FlaskClient.open(browser, path, method="POST", data=sent)


@pytest.fixture(params=["changed", "chosen by a mail", "closed"])
def ending(
    request: pytest.FixtureRequest, app: Flask, alice: Member, browser: Open, inbox: Inbox
) -> Act:
    """Give what ends every log-in and key of the account."""

    def close() -> None:
        with app.app_context(), atomic():
            erase_member(db.session.get_one(Member, 1))

    if request.param == "closed":
        return close
    if request.param == "changed":
        return prepared(browser(alice), "/reglages/mot-de-passe", CHANGE)
    elsewhere: Any = app.test_client()
    elsewhere.send("/mot-de-passe-oublie", {"email": alice.email})
    new = {"password": NEW}
    return prepared(elsewhere, link_in(inbox.mail()), new)


def meanwhile(table: str, asks: Act, ends: Act) -> Any:
    """Have the old password looked at, then ended, before what it was asked for is written.

    A writer of the table waits; the account is changed meanwhile, and waits where it does, too.
    """
    with ThreadPoolExecutor(2) as together:
        with held_up(table):
            asked: Future[Any] = together.submit(contextvars.Context().run, asks)
            wait_until(lambda: count_held_up() == 1, "the old password was looked at")
            ended = together.submit(contextvars.Context().run, ends)
            wait_until(lambda: ended.done() or count_held_up() == 2, "the account is changed")
        ended.result()
        return asked.result()


@pytest.mark.parametrize(
    ("table", "headers"), [("api_token", {}), ("idempotency_key", {"Idempotency-Key": "a"})]
)
def test_a_key_for_a_program_is_dead_when_it_comes(
    app: Flask, alice: Member, ending: Act, table: str, headers: dict[str, str]
) -> None:
    """A4"""
    client = app.test_client()
    ask = lambda: FlaskClient.open(  # noqa: E731
        client, "/api/v1/tokens", method="POST", json=ASKED, headers=headers
    )
    key = meanwhile(table, ask, ending).json["token"]
    db.session.rollback()
    bears = {"Authorization": f"Bearer {key}"}
    assert app.test_client().get("/api/v1/me", headers=bears).status_code == 401
    token = db.session.query(ApiToken).one()
    assert find_token(key) is None
    assert list_honoured([Credentials(1, token_id=token.id)]) == set()


def test_a_log_in_is_dead_when_it_comes(app: Flask, alice: Member, ending: Act) -> None:
    """A4"""
    late: Any = app.test_client()
    form = {"email": "alice@example.org", "password": PASSWORD}
    answer = meanwhile("browser_session", prepared(late, "/connexion", form), ending)
    assert answer.location == "/"
    assert late.get("/reglages").status_code == 303


def test_of_two_who_change_a_password_by_the_old_one_the_second_is_too_late(
    app: Flask, alice: Member, browser: Open, visitor: Visitor
) -> None:
    """A4: one who knew the old password takes the account from nobody who has just changed it."""
    owner, thief = browser(alice), browser(alice)
    other = {**CHANGE, "new_password": "celui du voleur", "new_password_confirm": "celui du voleur"}
    acts = (
        prepared(owner, "/reglages/mot-de-passe", CHANGE),
        prepared(thief, "/reglages/mot-de-passe", other),
    )
    answers: list[Future[Any]] = []
    with ThreadPoolExecutor(2) as together, db.engine.begin() as held:
        held.execute(HOLD)
        for number, act in enumerate(acts, 1):
            answers.append(together.submit(contextvars.Context().run, act))
            wait_until(lambda: count_held_up() == number, f"{number} wait")  # noqa: B023
        held.rollback()
    first, second = (answer.result().location for answer in answers)
    assert first == "/reglages"
    assert second.startswith("/connexion")
    form = {"email": "alice@example.org", "password": NEW}
    assert visitor.send("/connexion", form).location == "/"


def test_a_key_that_older_code_wrote_holds_until_the_password_changes(
    alice: Member, browser: Open
) -> None:
    """A4: while a new release begins, keys come without the state of their account."""
    with atomic():
        key, token = create_token(alice, "un programme", ["read"])
        token.uniquifier = None
    assert find_token(key) is not None
    browser(alice).send("/reglages/mot-de-passe", CHANGE)
    assert find_token(key) is None
