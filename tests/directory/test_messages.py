"""Members write to one another by mail, and neither sees the address of the other."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.directory.models import Message, MessageBlock
from grandequipe.extensions import db
from grandequipe.members.models import Member, MemberProfile
from grandequipe.members.services import erase_member
from tests.conftest import Visitor
from tests.factories import Cast, make_member
from tests.members.conftest import Inbox
from tests.notifications.dispatching import run_pending_handlers

Open = Callable[[Member], Visitor]
WORDS = {"subject": "Une visite ?", "text": "Bonjour,\n\npeut-on venir voir le jardin ?"}


def receive(member: Member, *, receives: bool = True) -> None:
    """Have a member choose to receive messages, or not."""
    with atomic():
        db.session.merge(MemberProfile(member_id=member.id, receives_messages=receives))


def test_a_message_leaves_by_mail_with_a_copy_and_no_address(
    cast: Cast, browser: Open, inbox: Inbox
) -> None:
    receive(cast.chloe)
    driss, page = browser(cast.driss), f"/membres/{cast.chloe.id}/ecrire"
    assert page in driss.get(f"/membres/{cast.chloe.id}").text
    assert driss.send(page, WORDS).location == f"/membres/{cast.chloe.id}"
    mails = {str(mail["To"]): mail for mail in inbox.mails()}
    assert set(mails) == {cast.chloe.email, cast.driss.email}
    received, copy = mails[cast.chloe.email], mails[cast.driss.email]
    for mail, other in ((received, cast.driss.email), (copy, cast.chloe.email)):
        for part in ("plain", "html"):
            text = mail.get_body((part,)).get_content()
            assert "peut-on venir voir le jardin" in text
            assert other not in text
        assert other not in str(mail.items())
    assert "Driss Amrani" in received["Subject"]
    answer = f"/membres/{cast.driss.id}/ecrire"
    assert answer in received.get_body(("plain",)).get_content()
    assert answer not in copy.get_body(("plain",)).get_content()


def test_the_recipient_answers_who_receives_no_messages_otherwise(
    cast: Cast, browser: Open, inbox: Inbox
) -> None:
    receive(cast.chloe)
    path = f"/membres/{cast.driss.id}/ecrire"
    assert browser(cast.chloe).get(path).status_code == 403
    browser(cast.driss).send(f"/membres/{cast.chloe.id}/ecrire", WORDS)
    assert browser(cast.bruno).get(path).status_code == 403, "only who was written to"
    assert browser(cast.chloe).send(path, WORDS).status_code == 303
    assert len(inbox.mails()) == 4
    with atomic():
        db.session.query(Message).update({"created_at": clock.now() - timedelta(days=91)})
    assert browser(cast.chloe).get(path).status_code == 403


def test_nobody_is_written_to_who_did_not_choose_it(cast: Cast, browser: Open) -> None:
    """The same is said of one who blocks the sender."""
    path, driss = f"/membres/{cast.chloe.id}/ecrire", browser(cast.driss)
    never = driss.get(path)
    receive(cast.chloe)
    assert driss.get(path).status_code == 200
    blocked = browser(cast.chloe).send(f"/membres/{cast.driss.id}/bloquer")
    assert blocked.location == f"/membres/{cast.driss.id}"
    refused, sent = driss.get(path), driss.send(path, WORDS)
    assert (never.status_code, refused.status_code, sent.status_code) == (403, 403, 403)
    said = "ne reçoit pas de messages"
    assert said in never.text
    assert said in refused.text
    assert path not in driss.get(f"/membres/{cast.chloe.id}").text
    listed = browser(cast.chloe).get("/reglages/messages").text
    assert "Driss Amrani" in listed
    browser(cast.chloe).send(f"/membres/{cast.driss.id}/debloquer")
    assert driss.get(path).status_code == 200
    assert "Driss Amrani" not in browser(cast.chloe).get("/reglages/messages").text
    assert driss.get(f"/membres/{cast.driss.id}/ecrire").status_code == 403, "to oneself"


@pytest.mark.parametrize(
    ("field", "typed"),
    [("subject", ""), ("subject", "x" * 121), ("text", ""), ("text", "x" * 5001)],
)
def test_what_is_wrong_is_named_and_nothing_typed_is_lost(
    cast: Cast, browser: Open, inbox: Inbox, field: str, typed: str
) -> None:
    receive(cast.chloe)
    answer = browser(cast.driss).send(f"/membres/{cast.chloe.id}/ecrire", {**WORDS, field: typed})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    other = "le jardin" if field == "subject" else "Une visite"
    assert other in answer.text
    assert inbox.mails() == []


def test_there_are_limits_for_senders_and_for_what_one_receives(
    cast: Cast, browser: Open, inbox: Inbox
) -> None:
    receive(cast.chloe)
    path, driss = f"/membres/{cast.chloe.id}/ecrire", browser(cast.driss)
    for number in range(3):
        assert driss.send(path, {**WORDS, "subject": f"Visite {number}"}).status_code == 303
    fourth = driss.send(path, {**WORDS, "subject": "Encore"})
    assert (fourth.status_code, 'value="Encore"' in fourth.text) == (422, True)
    browser(cast.chloe).send(f"/membres/{cast.driss.id}/ecrire", WORDS)
    assert driss.send(path, {**WORDS, "subject": "Merci"}).status_code == 303, "after an answer"
    # A new account writes to few people a day.
    nora = make_member("Nora Petit", created_at=clock.now())
    people = [make_member(f"Membre {n}", email=f"m{n}@example.org") for n in range(4)]
    codes = []
    for person in people:
        receive(person)
        codes.append(browser(nora).send(f"/membres/{person.id}/ecrire", WORDS).status_code)
    assert codes == [303, 303, 303, 422]
    # So many strangers write to one person a day.
    now = clock.now()
    with atomic():
        db.session.add_all(
            Message(sender_id=people[n % 4].id, recipient_id=cast.chloe.id, created_at=now)
            for n in range(30)
        )
    assert browser(cast.bruno).send(path, WORDS).status_code == 422
    with atomic():
        db.session.query(Message).update({"created_at": now - timedelta(days=1, minutes=1)})
    assert browser(cast.bruno).send(path, WORDS).status_code == 303


def test_a_message_sent_twice_leaves_once(cast: Cast, browser: Open, inbox: Inbox) -> None:
    receive(cast.chloe)
    path, driss = f"/membres/{cast.chloe.id}/ecrire", browser(cast.driss)
    form = {**WORDS, "form_key": "0123456789abcdef0123456789abcdef"}
    for _time in range(2):
        assert driss.send(path, form).status_code == 303
    assert db.session.query(Message).count() == 1
    assert len(inbox.mails()) == 2


def test_a_closed_account_leaves_no_trace_of_whom_it_wrote_to(
    cast: Cast, browser: Open, inbox: Inbox
) -> None:
    receive(cast.chloe)
    browser(cast.driss).send(f"/membres/{cast.chloe.id}/ecrire", WORDS)
    browser(cast.chloe).send(f"/membres/{cast.driss.id}/bloquer")
    with atomic():
        erase_member(cast.driss)
    run_pending_handlers()
    assert (db.session.query(Message).count(), db.session.query(MessageBlock).count()) == (0, 0)
