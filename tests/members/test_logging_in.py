"""Logging in and out."""

import re
from urllib.parse import urljoin, urlsplit

import pytest

from grandequipe.members.models import Member
from tests.conftest import Visitor
from tests.factories import PASSWORD, make_member, make_member_with_password

WRONG = "not the password"


@pytest.fixture
def alice(app: object) -> Member:
    return make_member_with_password("Alice Martin")


def log_in(visitor: Visitor, password: str = PASSWORD, **more: str):  # type: ignore[no-untyped-def]
    return visitor.send("/connexion", {"email": "alice@example.org", "password": password, **more})


def test_one_asks_for_a_page_logs_in_and_is_there(visitor: Visitor, alice: Member) -> None:
    asked = visitor.get("/membres/1?x=1")
    assert (asked.status_code, asked.location) == (303, "/connexion?next=/membres/1?x%3D1")
    assert 'name="next"' in visitor.get(asked.location).text
    answer = log_in(visitor, next="/membres/1?x=1")
    assert (answer.status_code, answer.location) == (302, "/membres/1?x=1")


def test_who_is_logged_in_already_is_led_on(visitor: Visitor, alice: Member) -> None:
    log_in(visitor)
    assert visitor.get("/connexion?next=/reglages").location == "/reglages"
    assert visitor.get("/connexion?next=//evil.example").location == "/"


@pytest.mark.parametrize(
    "away",
    ["https://evil.example/", "//evil.example", "///evil.example", r"/\evil.example",
     r"\\evil.example", "javascript:alert(1)", "http:evil.example", "\t//evil.example"],
)  # fmt: skip
def test_logging_in_never_leads_away(visitor: Visitor, alice: Member, away: str) -> None:
    answer = log_in(visitor, next=away)
    place = urljoin("http://localhost/connexion", answer.location or "/")
    assert urlsplit(place).netloc == "localhost"
    assert "\\" not in place


def test_the_session_is_the_browsers_alone(visitor: Visitor, alice: Member) -> None:
    cookies = log_in(visitor, remember="y").headers.getlist("Set-Cookie")
    session = next(cookie for cookie in cookies if cookie.startswith("session="))
    remembered = next(cookie for cookie in cookies if cookie.startswith("remember_token="))
    for cookie in (session, remembered):
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie


def test_logging_out_takes_a_post_with_its_token(visitor: Visitor, alice: Member) -> None:
    log_in(visitor, remember="y")
    answer = visitor.get("/deconnexion")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    visitor.post("/deconnexion")
    assert visitor.get("/reglages").status_code == 200
    assert visitor.send("/deconnexion").location == "/"
    assert visitor.get("/reglages").status_code == 303


def test_five_wrong_tries_close_the_door_for_a_while(visitor: Visitor, alice: Member) -> None:
    for _ in range(5):
        assert log_in(visitor, WRONG).status_code == 422
    closed = log_in(visitor)
    assert closed.status_code == 429
    assert int(closed.headers["Retry-After"]) == 300
    assert '<html lang="fr"' in closed.text
    assert "/mot-de-passe-oublie" in closed.text
    assert 'href="/connexion"><' in closed.text.partition("<main")[2]
    english = visitor.send(
        "/connexion", {"email": "Alice@Example.org"}, headers={"Accept-Language": "en"}
    )
    assert english.status_code == 429
    assert "Too many attempts" in english.text


def test_five_right_ones_do_not(visitor: Visitor, alice: Member) -> None:
    for _ in range(6):
        assert log_in(visitor).status_code == 302
        visitor.send("/deconnexion")


def test_wrong_tries_lock_nobody_else_out(visitor: Visitor, alice: Member) -> None:
    make_member_with_password("Bruno Castel")
    for _ in range(5):
        visitor.send("/connexion", {"email": "bruno@example.org", "password": WRONG})
    assert log_in(visitor).status_code == 302


def test_a_closed_account_does_not_log_in(visitor: Visitor) -> None:
    make_member_with_password("Bruno Castel").active = False
    from grandequipe.extensions import db  # noqa: PLC0415

    db.session.commit()
    answer = visitor.send("/connexion", {"email": "bruno@example.org", "password": PASSWORD})
    assert answer.status_code == 422
    assert visitor.get("/reglages").status_code == 303


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({}, {"email", "password"}),
        ({"email": "alice@example.org"}, {"password"}),
        ({"password": PASSWORD}, {"email"}),
    ],
)
def test_what_was_left_out_is_asked_for(
    visitor: Visitor, alice: Member, typed: dict[str, str], wrong: set[str]
) -> None:
    page = visitor.send("/connexion", typed).text
    assert set(re.findall(r'id="(\w+)-error"', page)) == wrong
    assert page.count('<li><a href="#') == len(wrong)
    assert ("Indiquez votre adresse" in page) == ("email" in wrong)
    assert ("Indiquez votre mot de passe" in page) == ("password" in wrong)
    assert "ne vont pas ensemble" not in page


@pytest.mark.parametrize("email", ["x" * 254, "a\x00@example.org", "'; DROP TABLE member;"])
def test_odd_addresses_are_answered_like_wrong_ones(visitor: Visitor, email: str) -> None:
    answer = visitor.send("/connexion", {"email": email, "password": "\x00 odd"})
    assert answer.status_code == 422
    assert "ne vont pas ensemble" in answer.text


def test_json_is_for_the_api(visitor: Visitor) -> None:
    answer = visitor.post("/connexion", json=["alice@example.org"])
    assert answer.status_code in (400, 415)


def test_a_member_without_a_password_does_not_log_in(visitor: Visitor) -> None:
    make_member("Bruno Castel")
    answer = visitor.send("/connexion", {"email": "bruno@example.org", "password": PASSWORD})
    assert "ne vont pas ensemble" in answer.text


def test_what_was_left_out_is_listed_as_the_page_has_it(visitor: Visitor) -> None:
    page = visitor.send("/connexion", {"email": "", "password": ""}).text
    listed = re.findall(r'<li><a href="#(\w+)"', page)
    assert listed == re.findall(r'<label class="field-label" for="(email|password)"', page)


def test_a_visitor_who_must_log_in_reads_why(visitor: Visitor) -> None:
    reason = "Connectez-vous pour continuer"
    assert reason in visitor.get(visitor.get("/publier").location).text
    assert reason not in visitor.get("/connexion").text
