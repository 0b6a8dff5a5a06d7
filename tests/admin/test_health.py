"""Administrators see what waits and what failed, and have it tried again; Prometheus reads it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from grandequipe.admin.views import health_words
from grandequipe.app import QUEUES
from grandequipe.core import clock, redis
from grandequipe.core.events import EventRecord
from grandequipe.core.events.models import HandlerFailure
from grandequipe.core.mail import Mail, MailState, OutgoingMail, outbox, suppression
from grandequipe.core.moderation_log import LogEntry
from grandequipe.core.tasks import heartbeat
from grandequipe.core.transactions import atomic
from grandequipe.digests.services import KIND as DIGEST
from grandequipe.directory.services import introductions, messages
from grandequipe.extensions import db
from grandequipe.feed.services.words import WORD
from grandequipe.groups import handlers
from grandequipe.members.accounts import mails as accounts_mails, warnings
from grandequipe.members.models import Member
from grandequipe.members.services import notices
from grandequipe.moderation.services import mails
from grandequipe.notifications.services.mails import MAIL_KIND
from grandequipe.webhooks.services import words
from grandequipe.webinars.services.mails import MailOccasion, kind_of
from tests.conftest import Visitor
from tests.factories import Cast

Browser = Callable[[Member], Visitor]
PAGE = "/administration/sante"


def make_mail(state: MailState, address: str = "chloe@example.org") -> int:
    """Put a mail in the outbox, and leave it in a state."""
    with atomic():
        mail_id = outbox.write_mail(Mail(address, "Bonjour", "Texte", "<p>Texte</p>"), "account")
        outbox.start_sending(mail_id)
        if state is MailState.UNCERTAIN:
            outbox.mark_uncertain(mail_id, "The connection broke.")
        else:
            outbox.record_failed(mail_id, "550 5.1.1 No such user.")
    return mail_id


def set_aside() -> str:
    """Leave a handler set aside for one event, as after a day of failures."""
    with atomic():
        event = db.session.scalars(select(EventRecord).limit(1)).one()
        failure = HandlerFailure(
            event_id=event.id,
            handler="groups.deliver_invitations_to_newcomer",
            tries=30,
            error="ValueError: broken",
            first_failed_at=clock.now() - timedelta(days=1),
            next_try_at=clock.now(),
            set_aside_at=clock.now(),
        )
        db.session.add(failure)
    return failure.handler


def acts() -> list[str]:
    return list(db.session.scalars(select(LogEntry.act).order_by(LogEntry.id)))


def test_what_waits_and_what_failed_is_shown_and_tried_again(cast: Cast, browser: Browser) -> None:
    heartbeat()
    handler, uncertain, failed = (
        set_aside(),
        make_mail(MailState.UNCERTAIN),
        make_mail(MailState.FAILED),
    )
    with atomic():
        suppression.suppress("driss@example.org", "Refused twice.")
    admin = browser(cast.farid)
    page = admin.get(PAGE).text
    for shown in (
        handler,
        "ValueError: broken",
        "The connection broke.",
        "550 5.1.1",
        "Refused twice.",
    ):
        assert shown in page
    assert admin.send(f"{PAGE}/taches/rejouer", {"handler": handler}).location == PAGE
    assert db.session.scalars(select(HandlerFailure)).all() == []
    assert admin.send(f"{PAGE}/courriels/{uncertain}/resoudre", {"arrived": "1"}).location == PAGE
    assert admin.send(f"{PAGE}/courriels/{failed}/resoudre", {"arrived": "0"}).location == PAGE
    states = dict(db.session.execute(select(OutgoingMail.id, OutgoingMail.state)).all())
    assert (states[uncertain], states[failed]) == (MailState.SENT, MailState.PENDING)
    assert admin.send(f"{PAGE}/courriels/{uncertain}/resoudre", {"arrived": "0"}).status_code == 409
    assert (
        admin.send(f"{PAGE}/adresses/retablir", {"address": "driss@example.org"}).location == PAGE
    )
    assert suppression.list_suppressed() == []
    assert acts() == ["job.replayed", "mail.resolved", "mail.resolved", "address.unsuppressed"]


def test_every_queue_and_every_kind_of_mail_has_a_word() -> None:
    assert set(health_words.QUEUES) == set(QUEUES)
    moderation = {mails.RECEIPT, mails.OUTCOME, mails.STATEMENT, mails.APPEAL}
    accounts = {accounts_mails.NOTICE, notices.KIND, warnings.KIND, *accounts_mails.KINDS.values()}
    groups = {handlers.INVITATION, handlers.WELCOME, handlers.REFUSAL, WORD}
    webinars = {kind_of(each).partition("_")[0] for each in MailOccasion}
    people = {introductions.KIND, messages.KIND, messages.COPY, words.KIND}
    kinds = {"before", DIGEST, MAIL_KIND, *people, *webinars, *moderation, *accounts, *groups}
    assert set(health_words.MAILS) == kinds


def test_a_mail_whose_text_is_erased_is_not_sent_again(cast: Cast, browser: Browser) -> None:
    mail_id = make_mail(MailState.FAILED)
    with atomic():
        mail = db.session.get(OutgoingMail, mail_id)
        mail.subject = mail.text = mail.html = None
    answer = browser(cast.farid).send(f"{PAGE}/courriels/{mail_id}/resoudre", {"arrived": "0"})
    assert answer.status_code == 409
    assert "effacé" in answer.text


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("", None),
        ("/taches/rejouer", {"handler": "x"}),
        ("/courriels/1/resoudre", {"arrived": "0"}),
        ("/adresses/retablir", {"address": "x@example.org"}),
    ],
)
def test_others_find_no_such_page(
    cast: Cast, browser: Browser, visitor: Visitor, path: str, form: dict[str, str] | None
) -> None:
    for person in (browser(cast.amina), browser(cast.driss)):
        answer = person.get(PAGE + path) if form is None else person.send(PAGE + path, form)
        assert answer.status_code == 404
    answer = visitor.get(PAGE + path) if form is None else visitor.send(PAGE + path, form)
    assert answer.status_code == 303
    assert acts() == []


def test_prometheus_reads_the_same(
    cast: Cast, app: Flask, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(app.config["SETTINGS"], metrics_token="un jeton assez long")
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    make_mail(MailState.FAILED)
    redis.client().rpush("mails", "a task that nobody takes")
    answer = visitor.get("/metrics", headers={"Authorization": "Bearer un jeton assez long"})
    redis.client().delete("mails")
    read = dict(line.split(" ") for line in answer.text.splitlines() if not line.startswith("#"))
    assert read["grandequipe_mails_failed"] == "1"
    assert float(read["grandequipe_queue_mails"]) >= 1
    assert float(read["grandequipe_database_bytes"]) > 1_000_000
