"""Unread notifications are mailed once, whatever is killed while the mail is written."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from kombu import Connection
from redis import Redis
from sqlalchemy import func, select, update

from grandequipe.core.mail import MailState, OutgoingMail
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.notifications.models import Notification
from grandequipe.notifications.tasks import mail_unread
from tests.digests.mail_server import MailServer
from tests.factories import Cast, make_comment, make_post
from tests.faults.conftest import FragileRedis, kill_children
from tests.locks import count_held_up, held_up
from tests.notifications.dispatching import run_pending_handlers
from tests.site import Site
from tests.waiting import wait_until

pytestmark = pytest.mark.slow


@pytest.fixture
def site(
    app: Flask, frail_site: Site, fragile_redis: FragileRedis, sink: MailServer
) -> Iterator[Site]:
    """Give a site without a worker yet, whose mails go to the sink."""
    with Redis.from_url(fragile_redis.url) as client:
        client.flushall()
    frail_site.environment = {**frail_site.environment, "MAIL_URL": sink.url}
    yield frail_site
    for process in frail_site.processes.values():
        process.kill()


def count(column: object) -> int:
    """Count the rows in which a column holds something."""
    db.session.rollback()
    return db.session.scalar(select(func.count(column))) or 0  # type: ignore[arg-type]


def is_sent() -> bool:
    """Return whether the one mail is sent."""
    db.session.rollback()
    return list(db.session.scalars(select(OutgoingMail.state))) == [MailState.SENT]


@pytest.mark.parametrize("whole_worker", [False, True], ids=["a child", "the whole worker"])
def test_a_worker_killed_while_it_writes_the_mail(
    site: Site, fragile_redis: FragileRedis, sink: MailServer, cast: Cast, whole_worker: bool
) -> None:
    make_comment(cast.bruno, make_post(cast.chloe, cast.ess))
    run_pending_handlers()
    with atomic():
        older = Notification.mail_due_at - timedelta(minutes=10)
        db.session.execute(update(Notification).values(mail_due_at=older))
    with held_up("outgoing_mail"):
        with Connection(fragile_redis.url) as broker:
            mail_unread.apply_async(connection=broker)
        site.start("worker")
        wait_until(count_held_up, "the mail is being written", 60)
        if whole_worker:
            site.processes["worker"].kill()
        else:
            kill_children(site, "worker")
    wait_until(lambda: count(Notification.mail_due_at) == 1, "it is due as before")
    assert count(OutgoingMail.id) == 0
    if whole_worker:
        site.start("worker")
    for _time in range(2):
        with Connection(fragile_redis.url) as broker:
            mail_unread.apply_async(connection=broker)
    wait_until(is_sent, "the next run writes it", 60)
    assert count(Notification.mail_due_at) == 0
    assert [mail["To"] for mail in sink.mails] == [cast.chloe.email]
