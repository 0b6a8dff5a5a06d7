"""Opening an account."""

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from flask import Flask

from grandequipe.core import clock
from grandequipe.core.events import EventRecord
from grandequipe.core.signing import sign
from grandequipe.extensions import db
from grandequipe.members.forms.accounts import PAGE, PAGE_LIFE
from grandequipe.members.models import Member
from grandequipe.members.queries import find_member_by_email
from tests.conftest import Visitor
from tests.factories import PASSWORD, make_member_with_password
from tests.members.conftest import Inbox, html_of, link_in, text_of

LOG_IN = {"email": "alice@example.org", "password": PASSWORD}
ALICE = {"display_name": "  Alice Martin ", "email": "Alice@Example.org", "password": PASSWORD}


def test_one_registers_and_is_in_by_following_the_link(visitor: Visitor, inbox: Inbox) -> None:
    answer = visitor.send("/inscription", ALICE)
    assert (answer.status_code, answer.location) == (302, "/connexion")
    assert "alice@example.org" in visitor.get("/connexion").text.lower()
    refused = visitor.send("/connexion", {"email": "alice@example.org", "password": PASSWORD})
    assert "n’est pas encore confirmée" in refused.text

    confirmed = visitor.get(link_in(inbox.mail()))
    assert confirmed.location == "/reglages/profil?next=/"
    assert "bienvenue" in visitor.get("/").text
    assert visitor.get("/reglages").status_code == 200
    visitor.send("/deconnexion")
    answer = visitor.send("/connexion", {"email": "ALICE@example.org ", "password": PASSWORD})
    assert answer.location == "/"
    assert visitor.get("/reglages").status_code == 200


def test_who_was_going_somewhere_gets_there_once_the_account_is_confirmed(
    visitor: Visitor, inbox: Inbox
) -> None:
    goal = "/groupes/comite-de-pilotage"
    page = f"/connexion?next={goal}"
    answer = visitor.send("/inscription", {**ALICE, "next": goal})
    assert (answer.status_code, answer.location) == (302, page)
    assert visitor.get(link_in(inbox.mail())).location == f"/reglages/profil?next={goal}"
    assert visitor.get("/reglages").status_code == 200
    visitor.send("/deconnexion")
    assert "next=" not in visitor.send("/inscription", {**ALICE, "email": "b@example.org"}).location


@pytest.mark.parametrize("wrong", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_registration_leads_to_no_other_site(wrong: str, visitor: Visitor) -> None:
    answer = visitor.send("/inscription", {**ALICE, "next": wrong})
    assert urlsplit(answer.location or "").netloc == ""
    assert "evil" not in visitor.send("/inscription", ALICE).location


def test_a_name_without_alphabetic_characters_is_refused_as_in_a_profile(visitor: Visitor) -> None:
    answer = visitor.send("/inscription", {**ALICE, "display_name": "!!!"})
    assert "Indiquez votre nom." in answer.text
    assert find_member_by_email("alice@example.org") is None


def test_an_address_that_mails_would_not_reach_is_refused_with_a_sentence(visitor: Visitor) -> None:
    answer = visitor.send("/inscription", {**ALICE, "email": "hélène@example.org"})
    assert "sans accents avant le @" in answer.text
    assert 'value="hélène@example.org"' in answer.text
    assert find_member_by_email("hélène@example.org") is None


def test_a_new_account_is_a_member_with_a_stream(visitor: Visitor) -> None:
    visitor.send("/inscription", ALICE)
    alice = find_member_by_email("alice@example.org")
    assert alice is not None
    assert (alice.display_name, alice.locale, alice.time_zone) == (
        "Alice Martin",
        "fr",
        "Europe/Paris",
    )
    assert alice.password is not None
    assert alice.password.startswith("$argon2id$")
    kinds = db.session.scalars(
        db.select(EventRecord.kind).where(EventRecord.stream_id == alice.stream_id)
    ).all()
    assert kinds == ["member.registered"]


def test_the_welcome_mail_is_complete(visitor: Visitor, inbox: Inbox) -> None:
    visitor.send("/inscription", ALICE)
    message = inbox.mail()
    assert message["To"] == "Alice@example.org"
    assert message["Auto-Submitted"] == "auto-generated"
    for part in (text_of(message), html_of(message)):
        assert "http://localhost/confirmation/" in part
        assert "valable une semaine" in part
    assert "src=" not in html_of(message)
    assert 'class="button" href="http://localhost/confirmation/' in html_of(message)


def test_links_name_the_site_whatever_host_was_asked(visitor: Visitor, inbox: Inbox) -> None:
    page = visitor.get("/inscription", base_url="http://evil.example").text
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page)[-1]
    asked = {**ALICE, "csrf_token": token, "began": visitor._page_token()}
    answer = visitor.post("/inscription", data=asked, base_url="http://evil.example")
    assert answer.status_code == 302
    assert "evil.example" not in inbox.mail().as_string()


def test_a_reader_of_english_gets_an_english_mail(visitor: Visitor, inbox: Inbox) -> None:
    visitor.send("/inscription", ALICE, headers={"Accept-Language": "en"})
    message = inbox.mail()
    assert message["Subject"] == "Confirm your email address"
    assert "Welcome, Alice Martin!" in text_of(message)


def test_a_known_address_is_revealed_to_its_owner_only(visitor: Visitor, inbox: Inbox) -> None:
    make_member_with_password("Alice Martin", locale="en")
    visitor.send("/inscription", {**ALICE, "display_name": "Somebody Else"})
    message = inbox.mail()
    assert message["Subject"] == "You already have an account"
    assert "/mot-de-passe-oublie" in text_of(message)
    assert db.session.query(Member).count() == 1


def test_another_confirmation_can_be_asked_for(visitor: Visitor, inbox: Inbox) -> None:
    visitor.send("/inscription", ALICE)
    inbox.mail()
    visitor.send("/confirmation", {"email": "alice@example.org"})
    assert visitor.get(link_in(inbox.mail())).location == "/reglages/profil?next=/"
    alice = find_member_by_email("alice@example.org")
    assert alice is not None
    assert alice.is_confirmed


def test_a_link_that_is_wrong_leads_to_another(visitor: Visitor) -> None:
    assert visitor.get("/confirmation/no-such-token").location == "/confirmation"
    assert "nous vous en envoyons un autre" in visitor.get("/confirmation").text


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("display_name", "   ", "Enter your name."),
        ("display_name", "x" * 101, "Use no more than 100 characters."),
        ("email", "alice", "This is not an e-mail address"),
        ("password", "short", "Use at least 10 characters."),
        ("password", "", "Give your password."),
    ],
)
def test_what_is_wrong_is_named_and_the_rest_is_kept(
    visitor: Visitor, field: str, typed: str, says: str
) -> None:
    answer = visitor.send(
        "/inscription", {**ALICE, field: typed}, headers={"Accept-Language": "en"}
    )
    assert says in answer.text
    kept = {"display_name": "Alice Martin", "email": "Alice@example.org"}
    kept.pop(field, None)
    for value in kept.values():
        assert f'value="{value}"' in answer.text
    assert db.session.query(Member).count() == 0


def test_an_address_registered_twice_at_once_is_one_account(app: Flask) -> None:
    together, answers = threading.Barrier(2), []

    def register() -> None:
        with app.app_context():
            client = app.test_client()
            hidden = {"csrf_token": client._token(), "began": client._page_token()}  # type: ignore[attr-defined]
            together.wait()
            answers.append(client.post("/inscription", data={**ALICE, **hidden}).location)

    threads = [threading.Thread(target=register) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == ["/connexion", "/connexion"]
    assert db.session.query(Member).count() == 1


def test_what_is_wrong_is_listed_in_the_order_of_the_page(visitor: Visitor) -> None:
    page = visitor.send("/inscription", {}).text
    summary = page[page.index("data-error-summary") :]
    places = [summary.index(f'href="#{name}"') for name in ("display_name", "email", "password")]
    assert places == sorted(places)


@pytest.fixture
def minimum(app: Flask) -> Iterator[None]:
    """Ask for two seconds between the page and its form, as sites do."""
    usual = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(usual, registration_seconds=2)
    yield
    app.config["SETTINGS"] = usual


def signed_now(app: Flask) -> str:
    with app.app_context():
        return sign(PAGE, clock.now().timestamp(), clock.now() + PAGE_LIFE)


@pytest.mark.parametrize("trap", ["hidden field", "at once"])
def test_a_program_gets_the_answer_of_a_person_and_no_account(
    app: Flask, visitor: Visitor, inbox: Inbox, minimum: None, trap: str
) -> None:
    own = {"subject": "Offre"} if trap == "hidden field" else {"began": signed_now(app)}
    wrong = visitor.send("/inscription", {**ALICE, "display_name": "", **own})
    assert (wrong.status_code, "Indiquez votre nom." in wrong.text) == (422, True)
    answer = visitor.send("/inscription", {**ALICE, **own})
    said = visitor.get("/connexion").text
    assert find_member_by_email("alice@example.org") is None
    assert inbox.mails() == []
    person = visitor.send("/inscription", ALICE)
    assert (person.status_code, person.location) == (answer.status_code, answer.location)
    assert flashes(visitor.get("/connexion").text) == flashes(said) != []
    assert find_member_by_email("alice@example.org") is not None


def flashes(page: str) -> list[str]:
    return re.findall(r"alice@example.org[^<]*", page, re.IGNORECASE)


def test_a_form_without_the_signed_time_is_shown_again(visitor: Visitor, minimum: None) -> None:
    page = visitor.get("/inscription").text
    assert 'name="began"' in page
    assert "<div hidden>" in page
    for began in ("", "forged"):
        again = visitor.send("/inscription", {**ALICE, "began": began})
        assert again.status_code == 422
        assert "Alice Martin" in again.text
    assert find_member_by_email("alice@example.org") is None
