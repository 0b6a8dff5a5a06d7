"""One registers on one device and opens the link of the e-mail on another."""

from typing import Any

import pytest
from flask import Flask

from tests.conftest import Visitor
from tests.members.conftest import Inbox, html_of, link_in

GOAL = "/groupes/ess-quartiers"
ZOE = {
    "display_name": "Zoé Martin",
    "email": "zoe@example.org",
    "password": "le premier, sur le portable",
}
CHOSEN = {"display_name": "Zoé Martin", "password": "le second, au téléphone"}


@pytest.fixture
def phone(app: Flask) -> Any:
    """Open the browser of another device."""
    return app.test_client()


def test_both_pages_say_that_the_second_password_replaces_the_first(
    visitor: Visitor, phone: Any, inbox: Inbox
) -> None:
    page = visitor.get(visitor.send("/inscription", ZOE).location).text
    assert "remplacera celui que vous venez de taper" in page
    link = link_in(inbox.mail())
    assert "Celui que vous choisissez ici le remplace" in phone.get(link).text
    assert phone.send(link, CHOSEN).location == "/reglages/profil?next=/"
    asked = {"email": ZOE["email"]}
    assert visitor.send("/connexion", {**asked, "password": ZOE["password"]}).status_code == 422
    assert visitor.send("/connexion", {**asked, "password": CHOSEN["password"]}).location == "/"


def test_one_gets_where_one_was_going_on_the_other_device(
    visitor: Visitor, phone: Any, inbox: Inbox
) -> None:
    visitor.send("/inscription", {**ZOE, "next": GOAL})
    message = inbox.mail()
    link = link_in(message)
    assert link in html_of(message)
    assert GOAL not in link
    page = phone.get(link).text
    assert f'action="{link}"' in page
    assert phone.send(link, {**CHOSEN, "password": "court"}).status_code == 422
    assert phone.send(link, CHOSEN).location == f"/reglages/profil?next={GOAL}"


@pytest.mark.parametrize(
    "goal",
    [
        "/\\evil.example",
        "/nulle/part",
        "/invitations/une-cle-qui-prouve-une-adresse",
        "/groupes?q=" + "a" * 300,
    ],
)
def test_only_a_page_of_ours_that_is_no_key_travels(
    goal: str, visitor: Visitor, phone: Any, inbox: Inbox
) -> None:
    visitor.send("/inscription", {**ZOE, "next": goal})
    link = link_in(inbox.mail())
    assert "?" not in link
    assert phone.send(link, CHOSEN).location == "/reglages/profil?next=/"


def test_the_goal_of_another_is_not_followed(visitor: Visitor, phone: Any, inbox: Inbox) -> None:
    """Neither that of who registered before in this browser, nor one that was moved over."""
    visitor.send("/inscription", {**ZOE, "email": "avant@example.org", "next": GOAL})
    _path, _, of_another = link_in(inbox.mail()).partition("?")
    visitor.send("/inscription", ZOE)
    link = link_in(inbox.mail())
    assert "?" not in link
    assert phone.send(f"{link}?{of_another}", CHOSEN).location == "/reglages/profil?next=/"
