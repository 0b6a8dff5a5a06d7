"""Choosing a new password, from the settings or by a mail."""

import re
from collections.abc import Callable

import pytest

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.members.models import ApiToken, Member
from grandequipe.members.services import create_token
from tests.conftest import Visitor
from tests.factories import PASSWORD, make_member_with_password
from tests.members.conftest import Inbox, link_in, text_of

NEW = "un autre mot de passe"
CHANGE = {"password": PASSWORD, "new_password": NEW, "new_password_confirm": NEW}
Open = Callable[[Member], Visitor]


@pytest.fixture
def alice(app: object) -> Member:
    member = make_member_with_password("Alice Martin")
    with atomic():
        create_token(member, "un programme", ["read"])
    return member


def test_a_change_ends_every_other_session_and_every_token(
    browser: Open, alice: Member, inbox: Inbox
) -> None:
    here, elsewhere = browser(alice), browser(alice)
    assert here.send("/reglages/mot-de-passe", CHANGE).location == "/reglages"
    assert here.get("/reglages").status_code == 200
    assert elsewhere.get("/reglages").status_code == 303
    assert db.session.query(ApiToken).count() == 0
    assert inbox.mail()["To"] == alice.email


def test_a_refused_change_ends_nothing(browser: Open, alice: Member, inbox: Inbox) -> None:
    here, elsewhere = browser(alice), browser(alice)
    for wrong in (
        {"password": "no"},
        {"new_password_confirm": "another"},
        {"new_password": "short"},
    ):
        assert here.send("/reglages/mot-de-passe", {**CHANGE, **wrong}).status_code == 422
    assert elsewhere.get("/reglages").status_code == 200
    assert db.session.query(ApiToken).count() == 1
    assert inbox.mails() == []


def test_five_wrong_present_passwords_close_the_door(browser: Open, alice: Member) -> None:
    here = browser(alice)
    for _ in range(5):
        here.send("/reglages/mot-de-passe", {**CHANGE, "password": "a wrong guess"})
    assert here.send("/reglages/mot-de-passe", CHANGE).status_code == 429


def test_a_member_who_forgot_it_chooses_another_by_mail(
    visitor: Visitor, browser: Open, alice: Member, inbox: Inbox
) -> None:
    elsewhere = browser(alice)
    asked = visitor.send("/mot-de-passe-oublie", {"email": "ALICE@example.org"})
    assert "un message vient de partir" in asked.text
    path = link_in(inbox.mail())
    assert visitor.get(path).text.count('type="password"') == 1
    saved = visitor.send(path, {"password": NEW})
    assert saved.location == "/connexion"
    assert "/mot-de-passe-oublie" in text_of(inbox.mail())
    assert elsewhere.get("/reglages").status_code == 303
    assert db.session.query(ApiToken).count() == 0
    logged_in = visitor.send("/connexion", {"email": "alice@example.org", "password": NEW})
    assert logged_in.location == "/"


def test_a_new_password_opens_the_door_that_wrong_ones_closed(
    visitor: Visitor, alice: Member, inbox: Inbox
) -> None:
    wrong = {"email": "Alice@example.org", "password": "not the password"}
    as_program = {**wrong, "name": "un programme", "scopes": ["read"]}
    for _ in range(6):
        closed = visitor.send("/connexion", wrong)
        refused = visitor.post("/api/v1/tokens", json=as_program)
    assert closed.status_code == refused.status_code == 429
    visitor.send("/mot-de-passe-oublie", {"email": alice.email})
    visitor.send(link_in(inbox.mail()), {"password": NEW})
    assert visitor.post("/api/v1/tokens", json={**as_program, "password": NEW}).status_code == 201
    assert visitor.send("/connexion", {**wrong, "password": NEW}).location == "/"


def test_a_reset_opens_nothing_of_another_account(
    visitor: Visitor, alice: Member, inbox: Inbox
) -> None:
    make_member_with_password("Bruno Castel")
    bruno = {"email": "bruno@example.org", "password": "not the password"}
    for _ in range(5):
        visitor.send("/connexion", bruno)
    visitor.send("/mot-de-passe-oublie", {"email": alice.email})
    visitor.send(link_in(inbox.mail()), {"password": NEW})
    assert visitor.send("/connexion", {**bruno, "password": PASSWORD}).status_code == 429


def test_a_link_works_once_and_not_for_ever(visitor: Visitor, alice: Member, inbox: Inbox) -> None:
    visitor.send("/mot-de-passe-oublie", {"email": "alice@example.org"})
    path = link_in(inbox.mail())
    assert visitor.send(path, {"password": NEW}).location == "/connexion"
    again = visitor.send(path, {"password": PASSWORD})
    assert again.location == "/mot-de-passe-oublie"
    assert "a déjà servi" in visitor.get("/mot-de-passe-oublie").text


def test_mails_stop_when_they_are_requested_too_often(visitor: Visitor, alice: Member) -> None:
    for _ in range(5):
        assert visitor.send("/mot-de-passe-oublie", {"email": alice.email}).status_code == 200
    assert visitor.send("/mot-de-passe-oublie", {"email": alice.email}).status_code == 429


def test_the_mail_is_in_its_readers_language(visitor: Visitor, alice: Member, inbox: Inbox) -> None:
    alice.locale = "en"
    db.session.commit()
    page = visitor.send("/mot-de-passe-oublie", {"email": alice.email})
    assert '<html lang="fr"' in page.text
    message = inbox.mail()
    assert message["Subject"] == "Choose a new password"
    assert "one day" in text_of(message)


@pytest.mark.parametrize("path", ["/mot-de-passe-oublie", "/confirmation"])
@pytest.mark.parametrize(
    ("typed", "said"), [("", "Indiquez votre adresse"), ("zut", "Ceci n’est pas une adresse")]
)
def test_what_is_no_address_is_sent_back(
    visitor: Visitor, path: str, typed: str, said: str
) -> None:
    page = visitor.send(path, {"email": typed}).text
    assert said in page[page.index('id="email-error"') :]
    assert "existe un compte" not in page


def test_an_unknown_address_gets_no_mail(visitor: Visitor, inbox: Inbox) -> None:
    visitor.send("/mot-de-passe-oublie", {"email": "nobody@example.org"})
    visitor.send("/confirmation", {"email": "nobody@example.org"})
    assert inbox.mails() == []


def test_old_sessions_are_not_kept_by_a_remembering_browser(
    visitor: Visitor, alice: Member, browser: Open
) -> None:
    visitor.send("/connexion", {"email": alice.email, "password": PASSWORD, "remember": "y"})
    assert visitor.get_cookie("remember_token") is not None
    browser(alice).send("/reglages/mot-de-passe", CHANGE)
    assert visitor.get("/reglages").status_code == 303


@pytest.mark.parametrize(
    "weak",
    ["motdepasse", "Mot de passe 2026!", "1234567890", "azertyuiop", "AZERTYUIOP1", "password123",
     "aaaaaaaaaaaa", "motdepasse provisoire", "Bienvenue2026", "Nicolas1985",
     "alice@example.org", "Alice-1234567", "GrandeÉquipe1", "grande equipe"],
)  # fmt: skip
def test_what_is_soon_guessed_is_refused_at_every_door(
    visitor: Visitor, browser: Open, alice: Member, inbox: Inbox, weak: str
) -> None:
    newcomer = {"display_name": "Alice", "email": "alice@example.com", "password": weak}
    assert visitor.send("/inscription", newcomer).status_code == 422
    assert db.session.query(Member).count() == 1
    visitor.send("/mot-de-passe-oublie", {"email": alice.email})
    reset = visitor.send(link_in(inbox.mail()), {"password": weak})
    changed = {**CHANGE, "new_password": weak, "new_password_confirm": weak}
    for answer in (reset, browser(alice).send("/reglages/mot-de-passe", changed)):
        assert answer.status_code == 422
        assert "trop facile à deviner" in answer.text or "contient votre" in answer.text


@pytest.mark.parametrize("good", ["alice aime les haricots verts", "正確馬電池訂書針好的密碼"])
def test_words_of_ones_own_are_taken(browser: Open, alice: Member, good: str) -> None:
    changed = {**CHANGE, "new_password": good, "new_password_confirm": good}
    assert browser(alice).send("/reglages/mot-de-passe", changed).location == "/reglages"


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ({}, ["password", "new_password"]),
        ({"password": PASSWORD}, ["new_password"]),
        ({"password": " ", "new_password": NEW}, ["password", "new_password_confirm"]),
        ({"new_password": NEW, "new_password_confirm": NEW}, ["password"]),
    ],
)
def test_what_is_left_empty_is_asked_for_once_by_its_name(
    browser: Open, alice: Member, typed: dict[str, str], asked: list[str]
) -> None:
    page = browser(alice).send("/reglages/mot-de-passe", typed).text
    sentences = {
        "password": "Votre mot de passe actuel\u00a0: Indiquez votre mot de passe actuel.",
        "new_password": "Nouveau mot de passe\u00a0: Choisissez un nouveau mot de passe.",
        "new_password_confirm": "encore une fois\u00a0: Saisissez encore le nouveau mot de passe.",
    }
    listed = page[page.index("data-error-summary") :].partition("</ul>")[0]
    assert re.findall(r'href="#(\w+)"', listed) == asked
    for name in asked:
        assert sentences[name] in listed
