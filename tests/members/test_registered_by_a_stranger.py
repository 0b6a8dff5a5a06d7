"""A3: an account that a stranger registered opens for who holds its mailbox, and nobody else."""

import contextvars
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.groups.services import invite_address
from grandequipe.members.models import ApiToken, Member
from grandequipe.members.queries import find_member_by_email
from tests.api.conftest import react_to_all
from tests.conftest import Visitor
from tests.factories import Cast
from tests.locks import count_held_up
from tests.members.conftest import Inbox, link_in, text_of
from tests.operations.commands import grandequipe
from tests.waiting import wait_until

EMAIL = "victime@example.org"
THEIRS, OWN, CHOSEN = (
    "le mot de passe du pirate",
    "un autre bien solide",
    "un troisième, choisi ici",
)
ATTACK = {"display_name": "Pirate", "email": EMAIL, "password": THEIRS}
VICTIM = {"display_name": "Zoé Martin", "email": EMAIL, "password": OWN}
HOLD = text("SELECT 1 FROM member FOR UPDATE")


@pytest.fixture
def attacker(app: Flask) -> Visitor:
    """Open the browser of somebody who reads none of the mails."""
    return app.test_client()  # type: ignore[return-value]


def opens(app: Flask, password: str) -> bool:
    """Return whether a password opens the account, from a place that tried none before."""
    stranger: Any = app.test_client()
    answer = stranger.send("/connexion", {"email": EMAIL, "password": password})
    return bool(answer.status_code == 302)


def choose_in(browser: Visitor, path: str, password: str = CHOSEN, name: str = "Zoé Martin") -> Any:
    """Follow a link in a browser that did not register: it asks for a name and a password."""
    page = browser.get(path)
    assert page.status_code == 200
    assert EMAIL in page.text
    return browser.send(path, {"display_name": name, "password": password})


@pytest.mark.parametrize("followed", [0, 1], ids=["the first mail", "the second mail"])
@pytest.mark.parametrize("is_first", [True, False], ids=["attacker first", "victim first"])
def test_no_password_of_a_stranger_opens_it_in_any_order_and_by_either_mail(
    app: Flask,
    visitor: Visitor,
    attacker: Visitor,
    inbox: Inbox,
    is_first: bool,
    followed: int,
) -> None:
    """A3"""
    came = [(attacker, ATTACK), (visitor, VICTIM)]
    for browser, form in came if is_first else came[::-1]:
        answer = browser.send("/inscription", form)
        assert (answer.status_code, answer.location) == (302, "/connexion")
    links = [link_in(message) for message in inbox.mails()]
    assert len(links) == 2
    opened = visitor.get(links[followed])
    if opened.status_code == 200:
        opened = visitor.send(links[followed], {"display_name": "Zoé Martin", "password": OWN})
    assert opened.location == "/reglages/profil?next=/"
    assert visitor.get("/reglages").status_code == 200
    assert attacker.get("/reglages").status_code == 303
    assert (opens(app, THEIRS), opens(app, OWN)) == (False, True)
    zoe = find_member_by_email(EMAIL)
    assert zoe is not None
    assert zoe.display_name == "Zoé Martin"


def test_who_never_registered_gives_the_name_and_the_password(
    app: Flask, visitor: Visitor, attacker: Visitor, inbox: Inbox
) -> None:
    """A3: only the stranger asked for the account; its owner may want it all the same."""
    attacker.send("/inscription", ATTACK)
    assert choose_in(visitor, link_in(inbox.mail())).location == "/reglages/profil?next=/"
    assert visitor.get("/reglages").status_code == 200
    assert (opens(app, THEIRS), opens(app, CHOSEN)) == (False, True)


def test_a_program_that_looks_at_links_opens_nothing(
    visitor: Visitor, attacker: Visitor, app: Flask, inbox: Inbox
) -> None:
    """A scanner of mails follows every link, and runs scripts: it has no browser of anyone's."""
    visitor.send("/inscription", VICTIM)
    path = link_in(inbox.mail())
    scanner: Any = app.test_client()
    assert scanner.get(path).status_code == 200
    assert scanner.post(path).status_code in (200, 400, 422)
    zoe = find_member_by_email(EMAIL)
    assert zoe is not None
    assert not zoe.is_confirmed
    assert visitor.get(path).location == "/reglages/profil?next=/"
    assert opens(app, OWN)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"display_name": "Zoé", "password": "court"}, "au moins 10"),
        ({"display_name": "Zoé", "password": ""}, "mot de passe"),
        ({"display_name": "!!!", "password": CHOSEN}, "Indiquez votre nom."),
        ({"display_name": "Zoé", "password": f"{EMAIL}1"}, "contient votre adresse"),
    ],
)
def test_what_is_typed_there_is_judged_as_at_registration(
    visitor: Visitor, attacker: Visitor, inbox: Inbox, typed: dict[str, str], says: str
) -> None:
    attacker.send("/inscription", ATTACK)
    path = link_in(inbox.mail())
    refused = visitor.send(path, typed)
    assert (refused.status_code, says in refused.text) == (422, True)
    assert f'value="{typed["display_name"]}"' in refused.text
    zoe = find_member_by_email(EMAIL)
    assert zoe is not None
    assert not zoe.is_confirmed


def test_a_mail_greets_by_the_last_name_entered(
    visitor: Visitor, attacker: Visitor, inbox: Inbox
) -> None:
    attacker.send("/inscription", ATTACK)
    visitor.send("/inscription", VICTIM, headers={"Accept-Language": "en"})
    first, second = inbox.mails()
    assert "Pirate" in text_of(first)
    assert "Welcome, Zoé Martin!" in text_of(second)
    assert second["Subject"] == "Confirm your email address"


def test_an_invitation_that_waits_for_the_address_is_read_by_its_owner_alone(
    app: Flask, visitor: Visitor, attacker: Visitor, cast: Cast, inbox: Inbox
) -> None:
    """A3: that is what the stranger was after."""
    with atomic():
        invite_address(cast.amina, cast.hidden, EMAIL)
    attacker.send("/inscription", ATTACK)
    visitor.send("/inscription", VICTIM)
    react_to_all()
    links = [link_in(message) for message in inbox.mails()]
    assert (
        visitor.get(next(link for link in links if "/confirmation/" in link)).location
        == "/reglages/profil?next=/"
    )
    react_to_all()
    assert "Comité de pilotage" in visitor.get("/groupes").text
    attacker.send("/connexion", {"email": EMAIL, "password": THEIRS})
    assert "Comité de pilotage" not in attacker.get("/groupes").text


def test_no_program_gets_a_key_to_an_account_that_waits(
    app: Flask, visitor: Visitor, attacker: Visitor, inbox: Inbox
) -> None:
    """A3, by the API."""
    attacker.send("/inscription", ATTACK)
    asked = {"email": EMAIL, "password": THEIRS, "name": "x", "scopes": ["read"]}
    assert attacker.post("/api/v1/tokens", json=asked).status_code == 401
    choose_in(visitor, link_in(inbox.mail()))
    assert attacker.post("/api/v1/tokens", json=asked).status_code == 401
    assert db.session.query(ApiToken).count() == 0


def test_the_command_line_makes_the_account_that_a_stranger_only_asked_for(
    app: Flask,
    attacker: Visitor,
    environment: dict[str, str],
    inbox: Inbox,
) -> None:
    """A3: an operator opens it under the name and password of their own."""
    attacker.send("/inscription", ATTACK)
    path = link_in(inbox.mail())
    given = ("--email", EMAIL, "--name", "Zoé", "--password", OWN)
    made = grandequipe("members", "create", *given, environment=environment)
    assert made.returncode == 0, made.stderr
    assert (opens(app, THEIRS), opens(app, OWN)) == (False, True)
    assert attacker.get(path).location == "/connexion"
    assert attacker.get("/reglages").status_code == 303


def test_a_stranger_who_registers_while_the_link_is_followed_changes_nothing_of_it(
    app: Flask, visitor: Visitor, attacker: Visitor, inbox: Inbox
) -> None:
    """A3, at the same instant: the account is the owner's as soon as it is confirmed."""
    visitor.send("/inscription", VICTIM)
    path = link_in(inbox.mail())
    token = contextvars.Context().run(attacker._token)
    form = {**ATTACK, "csrf_token": token, "began": attacker._page_token()}
    with ThreadPoolExecutor(2) as together, db.engine.begin() as held:
        held.execute(HOLD)
        opened = together.submit(FlaskClient.open, visitor, path)
        wait_until(lambda: count_held_up() == 1, "the link waits")
        tried = together.submit(
            FlaskClient.open, attacker, "/inscription", method="POST", data=form
        )
        wait_until(lambda: count_held_up() == 2, "the stranger waits")
        held.rollback()
    assert opened.result().location == "/reglages/profil?next=/"
    assert tried.result().location == "/connexion"
    assert (opens(app, THEIRS), opens(app, OWN)) == (False, True)
    assert db.session.query(Member).count() == 1
