"""Five hundred people at once register for a webinar of three hundred places, through the API."""

import http.client
import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import perf_counter

from sqlalchemy import select

from benchmarks.comments import BODY
from benchmarks.rows import Row
from benchmarks.stack import Stack
from benchmarks.yardstick import bare_comment
from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models.inputs import INPUTS
from grandequipe.feed.models.posts import Kind
from grandequipe.feed.services import publish_post
from grandequipe.groups.models import Group, Visibility
from grandequipe.groups.policies import may_moderate
from grandequipe.members.models import Member
from grandequipe.members.services import create_token
from grandequipe.webinars.queries import count_places

PEOPLE, PLACES, WITHIN = 500, 300, 10.0
# Connections at a time: as many as two processes serve at once, and more that wait.
AT_ONCE = 100
WANTED = json.dumps({"mode": "seat"})


def measure_seats(stack: Stack) -> Row:
    """Have all of them register at the same moment; wrong numbers raise ValueError."""
    post_id, tokens = _prepare(stack)
    bare = bare_comment(stack, BODY)
    path = f"/api/v1/posts/{post_id}/registration"

    def register(token: str) -> int:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        program = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=60)
        program.request("PUT", path, WANTED, headers)
        return program.getresponse().status

    started = perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        statuses = Counter(pool.map(register, tokens))
    seconds = perf_counter() - started
    with stack.app.app_context():
        counts = count_places([post_id])[post_id]
    if statuses != {200: PEOPLE} or (counts.going, counts.waiting) != (PLACES, PEOPLE - PLACES):
        raise ValueError(f"Answers {dict(statuses)}, places {counts}.")
    return Row(
        f"{PEOPLE} registrations at once for {PLACES} places",
        f"{seconds:.1f} s, {PEOPLE / seconds:,.0f}/s",
        f"{WITHIN:.0f} s",
        seconds < WITHIN,
        f"{bare.per_second:,.0f}/s",
        PEOPLE / seconds / bare.per_second,
    )


def _prepare(stack: Stack) -> tuple[int, list[str]]:
    """Publish the webinar in a public group, and give five hundred members a token each."""
    with stack.app.app_context(), atomic():
        groups = db.session.scalars(
            select(Group).where(Group.visibility == Visibility.PUBLIC).order_by(Group.id)
        )
        members = db.session.scalars(
            select(Member).where(Member.active).order_by(Member.id).limit(PEOPLE)
        ).all()
        owner, group = next(
            (member, group) for group in groups for member in members if may_moderate(member, group)
        )
        starts_at = clock.now() + timedelta(days=30)
        webinar = INPUTS[Kind.WEBINAR](
            title="Cinq cents personnes pour trois cents places",
            body_html="<p>Un webinaire très demandé.</p>",
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1),
            capacity=PLACES,
        )
        post_id = publish_post(owner, group, webinar).id
        scopes = ("read", "write")
        return post_id, [create_token(member, "bench", scopes)[0] for member in members]
