"""The digests of the past weeks; the mail catcher, where there is one, shows the last ones.

None is sent to a real mail server: the people of the demo do not exist.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from functools import partial

from flask import current_app
from sqlalchemy import select

from grandequipe.core import clock, mail
from grandequipe.core.mail.outbox import record_sent
from grandequipe.core.transactions import on_commit
from grandequipe.demo.timeline import Timeline
from grandequipe.digests import services
from grandequipe.digests.models import DigestSubscription
from grandequipe.extensions import db

MONDAY = 0
WEEKS = 3
MOST = 1000
A_WEEK = timedelta(weeks=1)
DELIVERED = time(8, 5)
# So soon after a Monday's digest there is nothing new yet for a preview of the next one.
SOONEST = timedelta(hours=4)
# The clock sends none within this time, and eight days later all weekly ones are due, even in a
# week that has an hour more.
QUIET = timedelta(hours=22)


def plan_digests(timeline: Timeline) -> None:
    """Plan the digests of the past weeks; keep those of last Monday for the mail catcher."""
    last = _last_monday(timeline)
    timeline.add(last - (WEEKS + 0.5) * A_WEEK, _begin)
    for weeks in range(1, WEEKS + 1):
        timeline.add(last - weeks * A_WEEK, _send)
    timeline.add(last, partial(_send, timeline.mails))


def schedule_next_digests(timeline: Timeline) -> None:
    """Have the next digests due after QUIET; they will hold the posts since last Monday."""
    for subscription in db.session.scalars(select(DigestSubscription)):
        services.reschedule(subscription, timeline.now + QUIET)


def show_digests(timeline: Timeline) -> None:
    """Send last Monday's digests to the mail catcher, after the commit."""
    if current_app.config["SETTINGS"].mail_catcher_url:
        on_commit(partial(_deliver, timeline.mails, _last_monday(timeline)))


def _last_monday(timeline: Timeline) -> datetime:
    latest = timeline.now - SOONEST
    at = timeline.on(latest, DELIVERED)
    while at.weekday() != MONDAY or at > latest:
        at -= timedelta(days=1)
    return at


def _begin() -> None:
    """Skip the digests of earlier weeks: accounts are older than the first planned one."""
    for subscription in db.session.scalars(select(DigestSubscription)):
        services.reschedule(subscription, clock.now())


def _send(kept: list[mail.Mail] | None = None) -> None:
    for mail_id in services.claim_due(clock.now(), MOST) or ():
        started = mail.start(mail_id)
        if isinstance(started, mail.Mail):
            if kept is not None:
                kept.append(started)
            record_sent(mail_id)


def _deliver(kept: Iterable[mail.Mail], at: datetime) -> None:
    with clock.travel(at):
        for each in kept:
            mail.send(each)
