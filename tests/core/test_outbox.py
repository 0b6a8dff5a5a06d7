"""Every mail is a row: written with its cause, sent once, and never lost on the way."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from grandequipe.core import clock, mail, redis
from grandequipe.core.errors import Conflict
from grandequipe.core.mail import Mail, MailState, OutgoingMail, outbox, retention, suppression
from grandequipe.core.mail.tasks import deliver, send_mail, send_queued_before, take_waiting
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.members.services import erase_member
from tests.digests.mail_server import MailServer
from tests.factories import make_member
from tests.queued import take_queued
from tests.threads import in_threads

MAIL = Mail("chloe@example.org", "Un sujet é", "Bonjour.\n", "<p>Bonjour.</p>")
UNKNOWN = "550 5.1.1 No such user here"


def write(mail_written: Mail = MAIL, kind: str = "notice", **options: object) -> int:
    """Put a mail in the outbox, committed."""
    with atomic():
        mail_id = outbox.write_mail(mail_written, kind, **options)  # type: ignore[arg-type]
    assert mail_id is not None
    return mail_id


def row(mail_id: int) -> OutgoingMail:
    """Read a row as it is in the database now."""
    db.session.rollback()
    return db.session.get_one(OutgoingMail, mail_id, populate_existing=True)


def make_older(mail_id: int, by: timedelta, column: str = "created_at") -> None:
    """Let time pass for one row."""
    with atomic():
        found = row(mail_id)
        setattr(found, column, getattr(found, column) - by)


def test_a_mail_is_in_the_outbox_with_its_cause_or_not_at_all(app: Flask) -> None:
    mail.post(MAIL, "notice")
    db.session.rollback()
    assert db.session.query(OutgoingMail).count() == 0
    assert take_queued(send_mail) == []
    with atomic():
        mail.post(MAIL, "notice")
    (written,) = db.session.query(OutgoingMail)
    assert take_queued(send_mail) == [[written.id, 0]]


def test_what_asks_twice_for_a_mail_writes_it_once(app: Flask) -> None:
    with atomic():
        assert [mail.post(MAIL, "notice", key="once") for _time in range(2)] == [True, False]
    assert len(take_queued(send_mail)) == 1


def test_a_mail_given_to_many_workers_is_sent_once(app: Flask, sink: MailServer) -> None:
    mail_id = write()
    in_threads(app, lambda: deliver(mail_id), 4)
    assert len(sink.mails) == 1
    assert row(mail_id).state is MailState.SENT


def test_a_task_that_redis_lost_is_handed_over_by_the_clock(app: Flask, sink: MailServer) -> None:
    with atomic():
        mail.post(MAIL, "notice")
    redis.client().flushall()
    (written,) = db.session.query(OutgoingMail)
    take_waiting()
    assert take_queued(send_mail) == []
    make_older(written.id, timedelta(minutes=6), "next_try_at")
    take_waiting()
    ((mail_id, tries),) = take_queued(send_mail)
    assert deliver(mail_id, tries) is MailState.SENT
    assert len(sink.mails) == 1


def test_a_busy_server_is_asked_again_under_the_same_message_id(
    app: Flask, sink: MailServer
) -> None:
    mail_id, sink.answer_to_data = write(), "451 later"
    assert deliver(mail_id, 0) is MailState.PENDING
    waiting = row(mail_id)
    assert (waiting.tries, "451" in waiting.error) == (1, True)
    assert timedelta(0) < waiting.next_try_at - clock.now() <= timedelta(minutes=1), "then 2, 4 …"
    sink.answer_to_data = "250 OK"
    assert deliver(mail_id, 0) is None
    assert deliver(mail_id, 1) is MailState.SENT
    assert len({message["Message-ID"] for message in sink.mails}) == 1


def test_a_mail_is_tried_for_two_days(app: Flask, sink: MailServer) -> None:
    mail_id, sink.answer_to_rcpt = write(has_secrets=True), "451 later"
    make_older(mail_id, timedelta(days=1, hours=23))
    assert deliver(mail_id) is MailState.PENDING
    make_older(mail_id, timedelta(hours=2))
    assert deliver(mail_id) is MailState.FAILED
    assert row(mail_id).text is None


def test_a_line_that_breaks_after_the_text_leaves_an_uncertain_mail(
    app: Flask, sink: MailServer
) -> None:
    mail_id, sink.hangs_up = write(), True
    assert deliver(mail_id) is MailState.UNCERTAIN
    sink.hangs_up = False
    make_older(mail_id, timedelta(hours=1), "next_try_at")
    take_waiting()
    assert take_queued(send_mail) == []
    assert deliver(mail_id) is None
    assert len(sink.mails) == 1


@pytest.mark.parametrize("arrived", [True, False])
def test_an_operator_says_what_became_of_an_uncertain_mail(
    app: Flask, sink: MailServer, arrived: bool
) -> None:
    mail_id, sink.hangs_up = write(), True
    deliver(mail_id)
    sink.hangs_up = False
    with atomic():
        outbox.resolve(mail_id, arrived=arrived)
    with pytest.raises(Conflict):
        outbox.resolve(mail_id, arrived=arrived)
    db.session.rollback()
    assert deliver(mail_id) is (None if arrived else MailState.SENT)
    assert row(mail_id).state is MailState.SENT
    assert len(sink.mails) == (1 if arrived else 2)
    assert len({message["Message-ID"] for message in sink.mails}) == 1


def test_a_sender_that_died_leaves_an_uncertain_mail(app: Flask, sink: MailServer) -> None:
    mail_id = write()
    with atomic():
        outbox.start_sending(mail_id)
    take_waiting()
    assert row(mail_id).state is MailState.SENDING
    make_older(mail_id, timedelta(minutes=11), "started_at")
    take_waiting()
    assert row(mail_id).state is MailState.UNCERTAIN
    assert sink.mails == []


def test_a_link_that_opens_an_account_is_kept_until_it_is_sent(
    app: Flask, sink: MailServer
) -> None:
    calendar = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
    secret, plain = write(replace(MAIL, calendar=calendar), has_secrets=True), write()
    for mail_id in (secret, plain):
        deliver(mail_id)
    assert b"method=REQUEST" in sink.mails[0].as_bytes()
    found = row(secret)
    assert (found.text, found.html, found.subject, found.calendar) == (None, None, None, None)
    assert row(plain).text == MAIL.text


def test_texts_go_after_a_week_and_rows_after_three_months(app: Flask, sink: MailServer) -> None:
    fresh, sent, uncertain, pending, old = (write() for _mail in range(5))
    sink.hangs_up = True
    deliver(uncertain)
    sink.hangs_up = False
    for mail_id in (fresh, sent, old):
        deliver(mail_id)
    for mail_id in (sent, uncertain, pending):
        make_older(mail_id, timedelta(days=8))
    make_older(old, timedelta(days=91))
    with atomic():
        assert (retention.delete_old_mails(), retention.erase_old_texts()) == (1, 1)
    kept = {mail_id: row(mail_id).text for mail_id in (fresh, sent, uncertain, pending)}
    assert [mail_id for mail_id, text in kept.items() if text is None] == [sent]


def test_a_closed_account_leaves_nothing_in_the_outbox(app: Flask, sink: MailServer) -> None:
    lucie = make_member("Lucie Martin")
    address = lucie.email
    waiting = write(replace(MAIL, to=address), member_id=lucie.id)
    sent = write(replace(MAIL, to=address))
    deliver(sent)
    with atomic():
        row(waiting).key = f"warning:{address}:2026-11-30"
        row(waiting).error = f"450 <{address}> come back later"
        erase_member(lucie)
    assert deliver(waiting) is None
    for mail_id in (waiting, sent):
        found = row(mail_id)
        assert (found.recipient, found.mailbox, found.subject, found.text) == ("", None, None, None)
        assert (address in found.key, found.error) == (False, "")
    assert len(sink.mails) == 1


@pytest.fixture
def own_envelope(app: Flask, sink: MailServer) -> Iterator[None]:
    """Have each mail return to an address of its own."""
    usual = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(usual, mail_envelope_from="bounces+{token}@example.org")
    yield
    app.config["SETTINGS"] = usual


@pytest.mark.usefixtures("own_envelope")
def test_each_mail_returns_to_an_address_of_its_own(app: Flask, sink: MailServer) -> None:
    tokens = [row(mail_id).envelope_token for mail_id in (write(), write()) if deliver(mail_id)]
    assert sink.senders == [f"bounces+{token}@example.org" for token in tokens]
    assert len(set(tokens)) == 2
    assert {str(mail["From"]) for mail in sink.mails} == {app.config["SETTINGS"].mail_from}


def test_answers_go_where_the_mail_says(app: Flask, sink: MailServer) -> None:
    deliver(write(replace(MAIL, reply_to="reponse+abc@example.org")))
    deliver(write())
    assert [mail["Reply-To"] for mail in sink.mails] == ["reponse+abc@example.org", None]


def test_a_suppressed_address_gets_no_mail(app: Flask, sink: MailServer) -> None:
    with atomic():
        suppression.suppress("Chloe@Example.org", "asked by phone")
    mail_id = write()
    assert deliver(mail_id) is MailState.FAILED
    assert row(mail_id).error == "suppressed"
    with atomic():
        assert suppression.unsuppress("chloe@example.org")
    assert deliver(write()) is MailState.SENT
    assert len(sink.mails) == 1


def test_an_address_that_was_refused_for_good_twice_is_suppressed(
    app: Flask, sink: MailServer
) -> None:
    sink.answer_to_rcpt = UNKNOWN
    assert deliver(write()) is MailState.FAILED
    assert suppression.list_suppressed() == []
    assert deliver(write()) is MailState.FAILED
    (suppressed,) = suppression.list_suppressed()
    assert suppressed.address == MAIL.to
    sink.answer_to_rcpt = "250 OK"
    assert deliver(write()) is MailState.FAILED
    with atomic():
        suppression.unsuppress(MAIL.to)
    sink.answer_to_rcpt = UNKNOWN
    assert deliver(write()) is MailState.FAILED
    assert suppression.list_suppressed() == []


def test_one_address_in_two_ways_of_writing_is_refused_and_erased_as_one(
    app: Flask, sink: MailServer
) -> None:
    sink.answer_to_rcpt = UNKNOWN
    mails = [write(replace(MAIL, to=to)) for to in (MAIL.to, MAIL.to.upper())]
    assert {deliver(mail_id) for mail_id in mails} == {MailState.FAILED}
    assert [each.address for each in suppression.list_suppressed()] == [MAIL.to]
    with atomic():
        retention.erase_mails_of(0, MAIL.to)
    assert {row(mail_id).recipient for mail_id in mails} == {""}


@pytest.mark.parametrize(
    "answer",
    [
        "550 blocked, see our list",
        "550 5.7.1 Relaying denied",
        "552 5.2.2 Full",
        "550 5.2.1 Mailbox disabled, or our sender is blocked",
        "450 4.1.1 x",
    ],
)
def test_what_is_not_about_the_address_suppresses_nobody(
    app: Flask, sink: MailServer, answer: str
) -> None:
    sink.answer_to_rcpt = answer
    for _mail in range(3):
        deliver(write())
    sink.answer_to_rcpt, sink.answer_to_data = "250 OK", "554 5.1.1 looks like spam"
    for _mail in range(3):
        deliver(write())
    assert suppression.list_suppressed() == []


def test_what_the_release_before_queued_is_sent_once(app: Flask, sink: MailServer) -> None:
    message = {
        "to": MAIL.to,
        "subject": "Avant",
        "text": "t",
        "html": "<p>t</p>",
        "message_id": "<1@x>",
        "headers": {},
    }
    for _time in range(2):
        send_queued_before(message)
    ((mail_id, tries),) = take_queued(send_mail)
    deliver(mail_id, tries)
    assert [each["Message-ID"] for each in sink.mails] == ["<1@x>"]
