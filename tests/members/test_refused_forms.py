"""A refused form of an account is answered as every other refused form."""

from collections.abc import Callable

import pytest

from grandequipe.members.models import Member
from tests.conftest import Visitor
from tests.factories import PASSWORD, make_member_with_password
from tests.members.conftest import Inbox, link_in

WRONG = {"email": "alice@example.org", "password": "not the password"}
Open = Callable[[Member], Visitor]


@pytest.fixture
def alice(app: object) -> Member:
    return make_member_with_password("Alice Martin")


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("/inscription", {"email": "alice@example.com", "password": "short"}),
        ("/connexion", {}),
        ("/connexion", WRONG),
        ("/connexion", {**WRONG, "email": "nobody@example.org"}),
        ("/mot-de-passe-oublie", {"email": "alice"}),
        ("/confirmation", {"email": ""}),
    ],
)
def test_a_visitor_is_refused_by_422(
    visitor: Visitor, alice: Member, path: str, typed: dict[str, str]
) -> None:
    refused = visitor.send(path, typed)
    assert refused.status_code == 422
    assert "data-error-summary" in refused.text


def test_an_address_that_is_well_typed_is_no_refusal(visitor: Visitor, alice: Member) -> None:
    for path in ("/mot-de-passe-oublie", "/confirmation"):
        for email in (alice.email, "nobody@example.org"):
            assert visitor.send(path, {"email": email}).status_code == 200


def test_a_password_that_is_not_taken_is_refused_by_422(
    visitor: Visitor, browser: Open, alice: Member, inbox: Inbox
) -> None:
    visitor.send("/mot-de-passe-oublie", {"email": alice.email})
    short = {"password": "short"}
    assert visitor.send(link_in(inbox.mail()), short).status_code == 422
    changed = {"password": PASSWORD, "new_password": "a", "new_password_confirm": "a"}
    assert browser(alice).send("/reglages/mot-de-passe", changed).status_code == 422
