"""B7: the forms of accounts, sent twice: one account, one mail, one change."""

from collections.abc import Callable

from grandequipe.extensions import db
from grandequipe.members.models import Member
from tests.conftest import Visitor, new_key
from tests.factories import PASSWORD, make_member_with_password
from tests.members.conftest import Inbox

ALICE = {"display_name": "Alice Martin", "email": "alice@example.org", "password": PASSWORD}
NEW = "un tout autre mot de passe"


def test_a_registration_sent_twice_makes_one_account_and_sends_one_mail(
    visitor: Visitor, inbox: Inbox
) -> None:
    sent = {**ALICE, "form_key": new_key()}
    answers = [visitor.send("/inscription", sent) for _time in range(2)]
    assert {answer.location for answer in answers} == {"/connexion"}
    assert db.session.query(Member).count() == 1
    assert len(inbox.mails()) == 1


def test_a_registration_corrected_by_the_back_button_is_another(
    visitor: Visitor, inbox: Inbox
) -> None:
    sent = {**ALICE, "form_key": new_key()}
    for email in ("alcie@example.org", "alice@example.org"):
        assert visitor.send("/inscription", {**sent, "email": email}).status_code == 302
    assert [message["To"] for message in inbox.mails()] == [
        "alcie@example.org",
        "alice@example.org",
    ]


def test_a_lost_password_sent_twice_is_one_mail(visitor: Visitor, inbox: Inbox) -> None:
    make_member_with_password("Alice", email="alice@example.org")
    sent = {"email": "alice@example.org", "form_key": new_key()}
    answers = [visitor.send("/mot-de-passe-oublie", sent) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [200, 303]
    assert answers[1].location == "/mot-de-passe-oublie"
    said = "de choisir un nouveau mot de passe."
    assert said in answers[0].text
    assert said in visitor.get(answers[1].location).text
    assert len(inbox.mails()) == 1


def test_a_change_of_password_sent_twice_is_shown_as_done(
    browser: Callable[[Member], Visitor],
) -> None:
    """The second press was in before the first changed what lets it in."""
    alice = browser(make_member_with_password("Alice", email="alice@example.org"))
    sent = {"password": PASSWORD, "new_password": NEW, "new_password_confirm": NEW}
    sent["form_key"] = new_key()
    answers = [alice.send("/reglages/mot-de-passe", sent) for _time in range(2)]
    assert {answer.location for answer in answers} == {"/reglages"}
    assert alice.get("/reglages").status_code == 200
