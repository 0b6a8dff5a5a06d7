"""Digests on their way hold up nothing else, and one that failed is left its time."""

import asyncio
import socket
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Semaphore
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope
from flask import Flask

from grandequipe.core import clock, redis
from grandequipe.core.mail import Mail, MailFailed, MailState, deliver, send, server, tasks
from grandequipe.core.mail.tasks import hand_over, send_mail, take_waiting
from grandequipe.core.tasks import LAST_BEAT, heartbeat
from grandequipe.core.transactions import atomic
from grandequipe.digests.services import claim_due, open_missing
from grandequipe.digests.tasks import QUEUE, claim_all, send_queued_before
from grandequipe.extensions import celery, db
from grandequipe.groups.models import Group
from tests.digests.conftest import ledger
from tests.digests.mail_server import TAKEN, MailServer
from tests.factories import Cast, admit, make_member, make_post
from tests.queued import take_queued
from tests.site import Site
from tests.waiting import wait_until

CROWD = 40
MAIL = Mail("chloe@example.org", "Bonjour", "Bonjour.", "<p>Bonjour.</p>")
# What a worker may have taken before it looks again at what else waits.
IN_HAND = 6


class Turnstile(MailServer):
    """A mail server that takes a digest each time the scene says so."""

    def __init__(self) -> None:
        super().__init__()
        self.turns = Semaphore(0)

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, _session: Any, envelope: Envelope
    ) -> str:
        """Take a digest when its turn has come."""
        self.sizes.append(len(envelope.content or b""))
        await self._loop.run_in_executor(None, self.turns.acquire)
        return TAKEN


class Mute(MailServer):
    """A mail server that greets, and answers no MAIL command."""

    connections = 0

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _session: Any, _envelope: Envelope, _address: str, _options: list[str]
    ) -> str:
        """Keep them waiting."""
        self.connections += 1
        await asyncio.Event().wait()
        return TAKEN


def make_crowd(group: Group) -> None:
    """Have many read a group, who all get their digest at one hour."""
    admit(group, *(make_member(f"Lecteur{number} Fidèle") for number in range(CROWD)))
    with atomic():
        open_missing()


@pytest.mark.slow
def test_other_tasks_are_done_between_the_digests(
    cast: Cast, monday: datetime, environment: dict[str, str], tmp_path: Path
) -> None:
    make_crowd(db.session.merge(cast.ess))
    make_post(cast.amina, cast.ess)
    redis.client().delete(LAST_BEAT)
    for digest_id in claim_all(monday):
        hand_over(digest_id, 0, QUEUE)
    heartbeat.delay()
    gate = Turnstile()
    gate.start()
    site = Site({**environment, "MAIL_URL": gate.url}, tmp_path)
    try:
        site.start("worker")
        taken = 0
        while not redis.client().exists(LAST_BEAT):
            wait_until(
                lambda seen=taken: len(gate.sizes) > seen or redis.client().exists(LAST_BEAT),
                "a mail comes, or the clock ticks",
            )
            gate.turns.release()
            taken += 1
        assert taken <= IN_HAND
    finally:
        gate.turns.release(2 * CROWD)
        site.stop()
        gate.stop()


def test_all_that_was_left_is_taken_up_at_once(
    cast: Cast, monday: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_crowd(db.session.merge(cast.ess))
    due = set(claim_all(monday))
    assert len(due) > CROWD
    for digest in ledger():
        digest.mail.next_try_at = clock.now() - timedelta(minutes=1)
    db.session.commit()
    take_queued(send_mail)
    monkeypatch.setattr(tasks, "BATCH", 15)
    take_waiting()
    assert {args[0] for args in take_queued(send_mail)} == due


def test_nothing_is_taken_up_again_while_its_turn_has_not_come(
    cast: Cast, monday: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A long queue is no lost one: each round would add all of it once more."""
    make_crowd(db.session.merge(cast.ess))
    monkeypatch.setattr(tasks, "BATCH", 15)
    take_queued(send_mail)
    for digest_id in claim_all(monday):
        hand_over(digest_id, 0, QUEUE)
    for digest in ledger():
        digest.mail.next_try_at = clock.now() - timedelta(minutes=1)
    db.session.commit()
    take_waiting()
    mail_ids = [args[0] for args in take_queued(send_mail)]
    assert len(mail_ids) == len(set(mail_ids)) > CROWD


def test_a_digest_that_failed_is_not_tried_early_by_an_older_task(
    cast: Cast, monday: datetime, sink: MailServer
) -> None:
    make_post(cast.amina, cast.ess)
    with atomic():
        (digest_id,) = claim_due(monday, 1, cast.chloe.email) or ()
    take_queued(send_mail)
    for digest in ledger():
        digest.mail.next_try_at = clock.now() - timedelta(minutes=1)
    db.session.commit()
    take_waiting()
    claim_of_now = [args for args in take_queued(send_mail) if args[0] == digest_id]
    sink.answer_to_rcpt = "451 later"
    assert deliver(*claim_of_now[0]) is MailState.PENDING
    sink.answer_to_rcpt = TAKEN
    # The same digest had waited for so long that it was handed over twice.
    assert deliver(*claim_of_now[0]) is None
    assert sink.mails == []
    assert [digest.mail.tries for digest in ledger() if digest.mail_id == digest_id] == [1]


def test_tasks_that_the_release_before_queued_under_the_former_name_are_taken(
    cast: Cast, monday: datetime, sink: MailServer
) -> None:
    make_post(cast.amina, cast.ess)
    with atomic():
        claim_due(monday, 1, cast.chloe.email)
    take_queued(send_mail)
    (digest,) = ledger()
    assert "letters" in celery.conf.task_queues, "workers take from it"
    send_queued_before.apply_async((digest.id,), queue="letters")
    for (digest_id,) in take_queued(send_queued_before):
        send_queued_before(digest_id)
    assert len(sink.to(cast.chloe.email)) == 1


def test_a_server_that_greets_and_then_says_nothing_is_left_alone_too(
    app: Flask, sink: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "PATIENCE", 0.2)
    mute = Mute()
    mute.start()
    app.config["SETTINGS"] = _mailing(app, mute.url)
    try:
        for _digest in range(3):
            with pytest.raises(MailFailed):
                send(MAIL)
        assert mute.connections == 1
    finally:
        mute.stop()


def test_a_server_that_does_not_answer_is_tried_once_in_a_while(
    app: Flask, sink: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host, port = silent.getsockname()
        silent.settimeout(5)
        app.config["SETTINGS"] = _mailing(app, f"smtp://{host}:{port}")
        for _digest in range(3):
            with pytest.raises(MailFailed):
                send(MAIL)
        silent.accept()[0].close()
        silent.setblocking(False)
        with pytest.raises(BlockingIOError):
            silent.accept()
    app.config["SETTINGS"] = _mailing(app, sink.url)
    send(MAIL)
    assert len(sink.mails) == 1, "another server is tried at once"


def _mailing(app: Flask, url: str) -> Any:
    return replace(app.config["SETTINGS"], mail_url=url)
