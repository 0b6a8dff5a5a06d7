"""Addresses that are none, which a browser or a stranger wrote, break no page."""

from collections.abc import Callable

import pytest

from grandequipe.members.models import Member
from tests.conftest import Visitor
from tests.factories import PASSWORD, Cast, make_member_with_password

Open = Callable[[Member], Visitor]
ODD = ["http://[", "http://[::1", "//[", "http://a]b/"]


@pytest.mark.parametrize("odd", ODD)
def test_a_page_that_one_cannot_have_come_from(
    visitor: Visitor, browser: Open, cast: Cast, odd: str
) -> None:
    headers = {"headers": {"Referer": odd}}
    assert visitor.post("/notifications/lire", data={"a": "1"}, **headers).status_code == 400
    assert visitor.send("/notifications/lire", {"a": "1"}, **headers).status_code == 303
    asked = {"question": "Quitter ?", "question_yes": "Oui"}
    page = browser(cast.chloe).send("/groupes/ess-quartiers/quitter", asked, **headers)
    assert (page.status_code, "Quitter ?" in page.text) == (200, True)


@pytest.mark.parametrize("odd", ["//[", "http://[", "/\\[", "//a]b"])
def test_a_link_that_leads_nowhere_keeps_nobody_from_logging_in(visitor: Visitor, odd: str) -> None:
    alice = make_member_with_password("Alice Martin")
    typed = {"email": alice.email, "password": PASSWORD}
    opened = visitor.get("/connexion", query_string={"next": odd})
    assert opened.status_code in (200, 303)
    sent = visitor.send("/connexion", {**typed, "next": odd})
    if sent.location == "/connexion":
        sent = visitor.send("/connexion", typed)
    assert (sent.status_code, sent.location) == (302, "/")


@pytest.mark.parametrize("host", ["[", "a]b", "[::1"])
def test_an_invalid_host_shows_no_mails(visitor: Visitor, host: str) -> None:
    assert visitor.get("/courrier", headers={"Host": host}).status_code in (400, 404)


DOUBLED = ["/groupes//ess-quartiers", "/api/v1//groups", "/groupes/ess-quartiers//membres"]
ENDED = ["/groupes/", "/connexion/", "/groupes/ess-quartiers/", "/api/v1/docs/", "/api/v1/"]


@pytest.mark.parametrize("path", DOUBLED + ENDED)
def test_a_slash_too_many_leads_to_no_host_that_the_sender_names(
    visitor: Visitor, cast: Cast, path: str
) -> None:
    answer = visitor.get(path, headers={"Host": "evil.example"})
    assert (answer.status_code, answer.location) == (404, None)


def test_no_address_ends_in_a_slash_that_one_would_be_sent_to(visitor: Visitor) -> None:
    rules = visitor.application.url_map.iter_rules()
    assert [rule.rule for rule in rules if rule.rule.endswith("/")] == ["/"]
