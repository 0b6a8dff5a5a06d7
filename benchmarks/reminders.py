"""Reminders for ten thousand people: planned by one task, sent by the worker, memory flat."""

import time
from datetime import timedelta

from sqlalchemy import insert, select, text

from benchmarks.digests import MemoryOf
from benchmarks.rows import Row
from benchmarks.stack import Stack, wait_until
from grandequipe.core import clock
from grandequipe.core.mail.tasks import take_waiting
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Placement, Post, WebinarDetails
from grandequipe.groups.models import Group, Visibility
from grandequipe.webinars.models import PlannedReminder
from grandequipe.webinars.tasks import remind

PEOPLE = 10_000
PLANNED_WITHIN = 15.0
SENT_WITHIN = 900.0
CLOCK_EVERY = 15.0
# The worker grows by its caches of the first mails, and by nothing with their number.
MOST_GROWTH = 60


def measure_reminders(stack: Stack) -> Row:
    """Make a reminder of 10,000 visitors due, plan it, and wait for the last mail."""
    before, weight_before = stack.sink.count()
    with stack.app.app_context():
        post_id = _seed()
        memory = MemoryOf(stack.worker.pid)
        with memory:
            began = time.monotonic()
            remind.delay()
            planned = wait_until(
                lambda: _is_planned(post_id), "the reminder is planned", SENT_WITHIN
            )
            last_tick = began

            def is_sent() -> bool:
                nonlocal last_tick
                if time.monotonic() - last_tick > CLOCK_EVERY:
                    last_tick = time.monotonic()
                    take_waiting.delay()
                return stack.sink.count()[0] - before >= PEOPLE

            wait_until(is_sent, "all reminders", SENT_WITHIN)
            lasted = time.monotonic() - began
    mails, weight = stack.sink.count()
    size = (weight - weight_before) / max(1, mails - before)
    growth = max(memory.seen) - memory.seen[len(memory.seen) // 4]
    return Row(
        f"{PEOPLE:,} reminders of a webinar",
        f"planned in {planned:.1f} s, {PEOPLE / lasted:,.0f}/s sent, {size / 1000:.0f} KB each, "
        f"{memory}",
        f"{PLANNED_WITHIN:.0f} s, growth under {MOST_GROWTH} MB",
        planned < PLANNED_WITHIN and growth < MOST_GROWTH,
    )


def _is_planned(post_id: int) -> bool:
    db.session.rollback()
    done = select(PlannedReminder.name).where(PlannedReminder.post_id == post_id)
    return db.session.scalar(done) is not None


def _seed() -> int:
    """Have 10,000 visitors go to a webinar that starts in 23 hours, and give its post's id."""
    now = clock.now()
    with atomic():
        public = select(Group.id).where(Group.visibility == Visibility.PUBLIC)
        group_id = db.session.scalar(public.order_by(Group.id).limit(1))
        author_id = db.session.scalar(select(Post.author_id).limit(1))
        post = {
            "kind": "webinar", "author_id": author_id, "title": "Mesurer sans se perdre",
            "body_html": "<p>On raconte.</p>", "summary": "On raconte.", "created_at": now,
            "version": 1,
        }  # fmt: skip
        table = Post.__table__
        post_id = db.session.scalar(insert(table).returning(table.c.id), [post])
        starts_at = now + timedelta(hours=23)
        details = {
            "post_id": post_id, "starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1),
            "time_zone": "Europe/Paris", "join_url": "https://visio.example.org/1",
        }  # fmt: skip
        db.session.execute(insert(WebinarDetails.__table__), [details])
        placement = {
            "post_id": post_id, "group_id": group_id, "kind": "webinar", "status": "published",
            "created_at": now, "published_at": now,
        }  # fmt: skip
        db.session.execute(insert(Placement.__table__), [placement])
        db.session.execute(
            text(
                "INSERT INTO registration (post_id, name, email, email_key, locale, time_zone,"
                " mode, state, created_at, state_changed_at)"
                " SELECT :post, 'Personne ' || n, 'p' || n || '@bench.example',"
                " 'p' || n || '@bench.example', 'fr', 'Europe/Paris', 'seat', 'going', :at, :at"
                " FROM generate_series(1, :people) AS n"
            ),
            {"post": post_id, "people": PEOPLE, "at": now - timedelta(days=3)},
        )
    assert isinstance(post_id, int)
    return post_id
