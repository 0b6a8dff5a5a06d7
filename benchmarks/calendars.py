"""The calendar of a group with 5,000 dates: made anew, kept, and asked for by its tag."""

import http.client
import time
from datetime import timedelta
from statistics import median

from sqlalchemy import insert, select, text

from benchmarks.rows import Row
from benchmarks.stack import Stack
from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Placement, Post, WebinarDetails
from grandequipe.groups.models import Group, Visibility

EVENTS = 5000
GOAL_MS = 200
TRIES = 7
SUMMARY = "On raconte ce qui a marché, ce qui a coûté, et ce que l’on referait autrement. " * 3


def measure_calendar(stack: Stack) -> Row:
    """Read the feed after a change in the group, again, and with the tag of before."""
    with stack.app.app_context():
        slug, stream_id = _seed()
    path = f"/groupes/{slug}/agenda.ics"
    made, kept, asked = [], [], []
    for _try in range(TRIES):
        with stack.app.app_context(), atomic():
            # As any event of the group does.
            move = text("UPDATE stream SET last_position = last_position + 1 WHERE id = :id")
            db.session.execute(move, {"id": stream_id})
        made.append(_get(stack, path)[0])
        spent, size, tag = _get(stack, path)
        kept.append(spent)
        asked.append(_get(stack, path, tag)[0])
    reached = (
        f"made {median(made):.0f} ms, kept {median(kept):.0f} ms, unchanged {median(asked):.0f} ms"
    )
    worst = max(median(made), median(kept))
    work = f"calendar of {EVENTS:,} dates ({size / 1e6:.1f} MB)"
    return Row(work, reached, f"{GOAL_MS} ms", worst < GOAL_MS)


def _get(stack: Stack, path: str, tag: str | None = None) -> tuple[float, int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", stack.port)
    began = time.perf_counter()
    connection.request("GET", path, headers={"If-None-Match": tag} if tag else {})
    answer = connection.getresponse()
    content = answer.read()
    spent = (time.perf_counter() - began) * 1000
    assert answer.status == (304 if tag else 200), answer.status
    assert tag or content.count(b"BEGIN:VEVENT") >= EVENTS
    connection.close()
    return spent, len(content), str(answer.headers["ETag"])


def _seed() -> tuple[str, int]:
    """Fill a public group with webinars to come, and give its slug and its stream."""
    with atomic():
        group = db.session.scalars(
            select(Group).where(Group.visibility == Visibility.PUBLIC).order_by(Group.id)
        ).first()
        assert group is not None
        now = clock.now()
        author = db.session.scalar(select(Post.author_id).limit(1))
        posts = [
            {
                "kind": "webinar",
                "author_id": author,
                "title": f"Rendez-vous numéro {number}, avec une virgule",
                "body_html": "<p>On raconte.</p>",
                "summary": SUMMARY,
                "created_at": now,
                "version": 1,
            }
            for number in range(EVENTS)
        ]
        table = Post.__table__
        ids = db.session.scalars(insert(table).returning(table.c.id), posts).all()
        dates = [now + timedelta(days=30, hours=number) for number in range(EVENTS)]
        details = [
            {
                "post_id": id,
                "starts_at": date,
                "ends_at": date + timedelta(hours=1),
                "time_zone": "Europe/Paris",
                "join_url": "https://visio.example.org/1",
            }
            for id, date in zip(ids, dates, strict=True)
        ]
        db.session.execute(insert(WebinarDetails.__table__), details)
        placements = [
            {
                "post_id": id,
                "group_id": group.id,
                "kind": "webinar",
                "status": "published",
                "created_at": now,
                "published_at": now,
            }
            for id in ids
        ]
        db.session.execute(insert(Placement.__table__), placements)
        found = group.slug, group.stream_id
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE placement, post, webinar"))
    return found
