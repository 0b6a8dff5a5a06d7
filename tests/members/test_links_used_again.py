"""A link of confirmation that is opened again: one true thing is said, and what to do next."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from grandequipe.members.models import Member
from grandequipe.members.queries import find_member_by_email
from tests.conftest import Visitor
from tests.factories import PASSWORD, make_member
from tests.members.conftest import Inbox, link_in

ALICE = {"display_name": "Alice Martin", "email": "alice@example.org", "password": PASSWORD}
Open = Callable[[Member], Visitor]


@pytest.fixture
def used(visitor: Visitor, inbox: Inbox) -> str:
    """Give a link that has confirmed an address."""
    visitor.send("/inscription", ALICE)
    path = link_in(inbox.mail())
    visitor.get(path)
    visitor.get("/")
    visitor.send("/deconnexion")
    visitor.get("/")
    return path


@pytest.fixture
def no_link_is_good(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every link have been sent too long ago."""
    monkeypatch.setitem(app.config, "SECURITY_CONFIRM_EMAIL_WITHIN", timedelta(seconds=-1))


@pytest.mark.parametrize("is_late", [False, True])
def test_a_logged_out_member_reads_that_all_is_well_and_logs_in(
    visitor: Visitor, used: str, is_late: bool, request: pytest.FixtureRequest
) -> None:
    if is_late:
        request.getfixturevalue("no_link_is_good")
    again = visitor.get(used)
    assert again.location == "/connexion"
    page = visitor.get("/connexion").text
    assert page.count("data-flashes") == 1
    assert "Votre adresse est déjà confirmée : connectez-vous." in page


@pytest.mark.parametrize("is_theirs", [True, False])
def test_who_is_logged_in_has_nothing_left_to_do(browser: Open, used: str, is_theirs: bool) -> None:
    alice = find_member_by_email(ALICE["email"])
    assert alice is not None
    here = browser(alice if is_theirs else make_member("Bruno Castel"))
    assert here.get(used).location == "/"
    page = here.get("/").text
    assert "Cette adresse est déjà confirmée : il n’y a plus rien à faire." in page
    assert here.get("/reglages").status_code == 200


def test_a_link_that_never_was_asks_nothing_of_who_is_logged_in(browser: Open, app: object) -> None:
    here = browser(make_member("Bruno Castel"))
    assert here.get("/confirmation/no-such-token").location == "/"
    page = here.get("/").text
    assert "Ce lien ne fonctionne pas, ou plus." in page
    assert "L’adresse de votre compte est confirmée" in page


def test_a_link_that_is_too_old_for_somebody_else_leads_to_another(
    visitor: Visitor, browser: Open, inbox: Inbox, no_link_is_good: None
) -> None:
    visitor.send("/inscription", ALICE)
    path = link_in(inbox.mail())
    assert browser(make_member("Bruno Castel")).get(path).location == "/confirmation"
