"""No mail is lost and none is sent twice, whatever is killed on the way."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from kombu import Connection
from redis import Redis
from sqlalchemy import select, update

from grandequipe.core import mail
from grandequipe.core.mail import Mail, MailState, OutgoingMail
from grandequipe.core.mail.tasks import send_mail
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from tests.digests.mail_server import MailServer
from tests.faults.conftest import FragileRedis, kill_children
from tests.locks import count_held_up, held_up
from tests.site import Site, free_port
from tests.waiting import wait_until

pytestmark = pytest.mark.slow

MAIL = Mail("chloe@example.org", "Un sujet", "Bonjour.\n", "<p>Bonjour.</p>")
TOO_LONG = timedelta(minutes=11)

Kill = Callable[[Site], None]


@pytest.fixture(scope="module")
def clock(frail_site: Site) -> Site:
    """Start the clock, which outlives what is killed around it."""
    frail_site.start("beat")
    return frail_site


@pytest.fixture
def site(app: Flask, clock: Site, fragile_redis: FragileRedis) -> Iterator[Site]:
    """Give a scene a running clock, no worker yet, and nothing in Redis."""
    with Redis.from_url(fragile_redis.url) as client:
        client.flushall()
    yield clock
    for name in clock.processes.keys() - {"beat"}:
        clock.processes[name].kill()


@pytest.fixture
def mailing_site(site: Site, sink: MailServer) -> Site:
    """Have the site's worker send to the sink."""
    site.environment = {**site.environment, "MAIL_URL": sink.url}
    return site


def kill_child(site: Site) -> None:
    """Kill the processes of the worker that do its tasks."""
    kill_children(site, "worker")


def kill_worker(site: Site) -> None:
    """Kill the whole worker."""
    site.processes["worker"].kill()


def write_mail(redis: FragileRedis) -> None:
    """Put a mail in the outbox, and its task in the site's Redis."""
    with atomic():
        mail.post(MAIL, "notice")
    mail_id = db.session.scalar(select(OutgoingMail.id))
    with Connection(redis.url) as broker:
        send_mail.apply_async((mail_id, 0), queue="mails", connection=broker)


def only_state() -> MailState:
    """Give the state of the one mail."""
    db.session.rollback()
    return db.session.scalars(select(OutgoingMail.state)).one()


def pass_time() -> None:
    """Make the mail, and its try, eleven minutes older."""
    with atomic():
        db.session.execute(
            update(OutgoingMail).values(
                started_at=OutgoingMail.started_at - TOO_LONG,
                next_try_at=OutgoingMail.next_try_at - TOO_LONG,
            )
        )


def is_uncertain() -> bool:
    """Return whether the mail is shown to operators."""
    return only_state() is MailState.UNCERTAIN


def is_sent() -> bool:
    """Return whether the mail is sent."""
    return only_state() is MailState.SENT


@pytest.mark.parametrize("kill", [kill_child, kill_worker])
def test_a_worker_killed_before_the_server_answers(
    mailing_site: Site, fragile_redis: FragileRedis, sink: MailServer, kill: Kill
) -> None:
    sink.may_answer.clear()
    write_mail(fragile_redis)
    mailing_site.start("worker")
    assert sink.has_text.wait(60)
    kill(mailing_site)
    sink.may_answer.set()
    assert only_state() is MailState.SENDING
    pass_time()
    if kill is kill_worker:
        mailing_site.start("worker")
    wait_until(is_uncertain, "the clock finds the uncertain mail", 90)
    assert len(sink.mails) == 1


def test_a_worker_killed_between_the_answer_and_the_commit(
    mailing_site: Site, fragile_redis: FragileRedis, sink: MailServer
) -> None:
    sink.may_answer.clear()
    write_mail(fragile_redis)
    mailing_site.start("worker")
    assert sink.has_text.wait(60)
    with held_up("outgoing_mail"):
        sink.may_answer.set()
        wait_until(count_held_up, "the server has taken it, and it is being written down", 40)
        kill_worker(mailing_site)
    assert only_state() is MailState.SENDING
    pass_time()
    mailing_site.start("worker")
    wait_until(is_uncertain, "the clock finds the uncertain mail", 90)
    assert len(sink.mails) == 1


def test_redis_killed_between_the_commit_and_the_task(
    mailing_site: Site, fragile_redis: FragileRedis, sink: MailServer
) -> None:
    write_mail(fragile_redis)
    fragile_redis.kill()
    fragile_redis.start()
    pass_time()
    mailing_site.start("worker")
    wait_until(is_sent, "the clock finds the mail", 90)
    assert len(sink.mails) == 1


def test_a_mail_server_that_is_down_for_a_while(site: Site, fragile_redis: FragileRedis) -> None:
    port = free_port()
    url = f"smtp://127.0.0.1:{port}"
    site.environment = {**site.environment, "MAIL_URL": url}
    write_mail(fragile_redis)
    site.start("worker")

    def is_tried() -> bool:
        db.session.rollback()
        return bool(db.session.scalar(select(OutgoingMail.tries)))

    wait_until(is_tried, "the mail server does not answer", 60)
    assert only_state() is MailState.PENDING
    back = MailServer(port)
    back.start()
    try:
        pass_time()
        wait_until(is_sent, "the mail is tried again", 60)
        assert len(back.mails) == 1
    finally:
        back.stop()
