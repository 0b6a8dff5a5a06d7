"""Each recorded event is handled, exactly once, whatever is killed on the way."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
import redis
from sqlalchemy import func, select

from grandequipe.core.events import EventRecord
from grandequipe.extensions import db
from grandequipe.feed.models import Post
from grandequipe.members.models import Member
from grandequipe.notifications.models import Notification
from tests.factories import Cast, make_comment, make_post
from tests.faults.conftest import (
    FragileRedis,
    is_everything_handled,
    kill_children,
    pass_time,
)
from tests.locks import count_held_up, held_up
from tests.site import PROJECT, Site
from tests.waiting import wait_until

pytestmark = pytest.mark.slow

TOO_LONG = timedelta(minutes=3)
WORKERS = 2


@pytest.fixture(scope="module")
def clock(frail_site: Site) -> Site:
    """Start the clock, which outlives what is killed around it."""
    frail_site.start("beat")
    return frail_site


@pytest.fixture
def site(clock: Site, fragile_redis: FragileRedis) -> Iterator[Site]:
    """Give a scene a running clock, no worker yet, and nothing in Redis."""
    with redis.Redis.from_url(fragile_redis.url) as client:
        client.flushall()
    yield clock
    for name in clock.processes.keys() - {"beat"}:
        clock.processes[name].kill()


def test_a_clock_that_starts_asks_for_a_sign_of_life_at_once(
    clock: Site, fragile_redis: FragileRedis
) -> None:
    """Not first for what it does every five seconds; without that sign the site is not ready."""
    with redis.Redis.from_url(fragile_redis.url) as queue:
        wait_until(lambda: queue.llen("celery"), "the clock asks for something", 60)
        first = json.loads(queue.lindex("celery", -1))
    assert first["headers"]["task"] == "core.heartbeat"


@pytest.fixture
def post(cast: Cast) -> Post:
    """Give Chloé a post; each comment on it is one entry in her bell."""
    return make_post(cast.chloe, cast.ess)


def lines_of(member: Member, post: Post) -> Sequence[int]:
    """List how often each comment on a post is in a member's bell."""
    db.session.rollback()
    entries = select(func.unnest(Notification.comment_ids).label("comment_id")).where(
        Notification.member_id == member.id, Notification.subject_id == post.id
    )
    comment_id = entries.subquery().c.comment_id
    return db.session.scalars(select(func.count(comment_id)).group_by(comment_id)).all()


def is_dispatched(number: int) -> bool:
    """Return whether so many events were handed over and are not handled yet."""
    db.session.rollback()
    query = select(func.count()).where(
        EventRecord.next_try_at.is_not(None), func.cardinality(EventRecord.pending_handlers) > 0
    )
    return (db.session.scalar(query) or 0) >= number


@pytest.mark.parametrize("whole_worker", [False, True], ids=["a child", "the whole worker"])
def test_a_worker_killed_in_the_middle_of_a_handler(
    site: Site, cast: Cast, post: Post, whole_worker: bool
) -> None:
    with held_up("notification"):
        make_comment(cast.bruno, post)
        site.start("worker")
        wait_until(count_held_up, "a handler is in the middle of its work", 40)
        if whole_worker:
            site.processes["worker"].kill()
        else:
            kill_children(site, "worker")
    assert lines_of(cast.chloe, post) == []
    if whole_worker:
        pass_time(TOO_LONG)
        site.start("worker")
    wait_until(is_everything_handled, "every event is handled", 40)
    assert lines_of(cast.chloe, post) == [1]


def test_a_web_process_killed_between_its_commit_and_the_broadcast(
    site: Site, cast: Cast, post: Post
) -> None:
    writer = subprocess.run(
        [sys.executable, "-m", "tests.faults.dying_writer", str(cast.bruno.id), str(post.id)],
        cwd=PROJECT,
        env={**os.environ, **site.environment},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert writer.returncode == -signal.SIGKILL, writer.stderr.decode()
    assert not is_everything_handled()
    site.start("worker")
    wait_until(is_everything_handled, "the clock finds what no wake-up named", 40)
    assert lines_of(cast.chloe, post) == [1]


def test_redis_killed_with_every_task_in_it(
    site: Site, fragile_redis: FragileRedis, cast: Cast, post: Post
) -> None:
    number = 10
    with held_up("notification"):
        for _ in range(number):
            make_comment(cast.bruno, post)
        site.start("worker")
        wait_until(lambda: count_held_up() >= WORKERS, "both workers are held up", 40)
        wait_until(lambda: is_dispatched(number), "the rest waits in Redis")
        fragile_redis.kill()
        site.processes["worker"].kill()
    assert lines_of(cast.chloe, post) == []
    fragile_redis.start()
    pass_time(TOO_LONG)
    site.start("worker")
    wait_until(is_everything_handled, "what was lost is handed over again", 60)
    assert lines_of(cast.chloe, post) == [1] * number
