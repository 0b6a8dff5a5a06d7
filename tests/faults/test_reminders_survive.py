"""Each of many people is written to once, whatever is killed while the mails leave."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import func, insert, select, update

from grandequipe.core import clock
from grandequipe.core.mail import MailState, OutgoingMail
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Kind, Webinar
from grandequipe.webinars.models import (
    PlannedReminder,
    Registration,
    RegistrationMode,
    RegistrationState,
    ReplayInput,
    WebinarReplay,
)
from grandequipe.webinars.services.replays import save_replay
from tests.digests.mail_server import MailServer
from tests.factories import Cast, make_post
from tests.faults.conftest import FragileRedis
from tests.locks import count_held_up, held_up
from tests.site import Site
from tests.waiting import wait_until

pytestmark = pytest.mark.slow

PEOPLE, VIEWERS = 300, 60
TOO_LONG = timedelta(minutes=11)


@pytest.fixture
def site(
    app: Flask, frail_site: Site, fragile_redis: FragileRedis, sink: MailServer
) -> Iterator[Site]:
    """Give a site without a process yet, whose mails go to the sink."""
    with Redis.from_url(fragile_redis.url) as client:
        client.flushall()
    frail_site.environment = {**frail_site.environment, "MAIL_URL": sink.url}
    yield frail_site
    for process in frail_site.processes.values():
        process.kill()


def register_people(cast: Cast, starts_in: timedelta, people: int) -> Webinar:
    """Have so many visitors go to a webinar."""
    starts_at = clock.now() + starts_in
    times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1)}
    before = starts_at - timedelta(days=3)
    with clock.travel(before):
        webinar = make_post(cast.amina, cast.ess, Kind.WEBINAR, **times)
    with atomic():
        rows = [
            {
                "post_id": webinar.id,
                "name": f"Personne {number}",
                "email": f"p{number}@example.net",
                "email_key": f"p{number}@example.net",
                "mode": RegistrationMode.SEAT,
                "state": RegistrationState.GOING,
                "created_at": before,
                "state_changed_at": before,
            }
            for number in range(people)
        ]
        db.session.execute(insert(Registration), rows)
    assert isinstance(webinar, Webinar)
    return webinar


def count(*conditions: object) -> int:
    """Count the mails of the outbox."""
    db.session.rollback()
    query = select(func.count()).select_from(OutgoingMail).where(*conditions)  # type: ignore[arg-type]
    return db.session.scalar(query) or 0


def is_planned() -> bool:
    """Return whether all mails of the reminder are in the outbox."""
    db.session.rollback()
    return db.session.scalar(select(PlannedReminder.post_id)) is not None


def is_nothing_left() -> bool:
    """Return whether every mail was sent, or is shown to operators."""
    return count(OutgoingMail.state.in_((MailState.PENDING, MailState.SENDING))) == 0


def pass_time() -> None:
    """Make what waits and what is being sent eleven minutes older."""
    with atomic():
        db.session.execute(
            update(OutgoingMail).values(
                started_at=OutgoingMail.started_at - TOO_LONG,
                next_try_at=OutgoingMail.next_try_at - TOO_LONG,
            )
        )


def test_a_worker_and_a_clock_killed_among_300_reminders(
    site: Site, sink: MailServer, cast: Cast
) -> None:
    register_people(cast, timedelta(hours=23), PEOPLE)
    kill_among_mails(site, sink, PEOPLE)
    assert is_planned()


def test_a_worker_and_a_clock_killed_among_mails_about_a_recording(
    site: Site, sink: MailServer, cast: Cast
) -> None:
    webinar = register_people(cast, timedelta(days=-3), VIEWERS)
    with atomic():
        save_replay(cast.amina, webinar, ReplayInput(url="https://video.example.org/4711"))
    kill_among_mails(site, sink, VIEWERS)
    db.session.rollback()
    assert db.session.get_one(WebinarReplay, webinar.id).mailed_at


def kill_among_mails(site: Site, sink: MailServer, people: int) -> None:
    """Kill worker and clock before the mails are committed, and once a third of them has left."""
    with held_up("outgoing_mail"):
        site.start("beat", "worker")
        wait_until(count_held_up, "the mails are being written", 120)
        for name in ("worker", "beat"):
            site.processes[name].kill()
    assert count() == 0
    site.start("beat", "worker")
    wait_until(lambda: len(sink.mails) >= people // 3, "a third of the mails has left", 180)
    for name in ("worker", "beat"):
        site.processes[name].kill()
    assert count() == people
    pass_time()
    site.start("beat", "worker")
    wait_until(is_nothing_left, "the others leave", 240)
    recipients = [mail["To"] for mail in sink.mails]
    assert len(recipients) == len(set(recipients))
    # What a killed worker had with the server, or may have had, is never sent again.
    uncertain = select(OutgoingMail.recipient).where(OutgoingMail.state == MailState.UNCERTAIN)
    lost = set(db.session.scalars(uncertain))
    everyone = {f"p{number}@example.net" for number in range(people)}
    assert everyone - set(recipients) <= lost
    assert count(OutgoingMail.state == MailState.SENT) == people - len(lost)
