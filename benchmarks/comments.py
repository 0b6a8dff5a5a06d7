"""A comment through the API, committed, by sixteen members at once."""

import json

from sqlalchemy import select

from benchmarks.load import Request, run
from benchmarks.pages import CONNECTIONS, told
from benchmarks.people import token_of
from benchmarks.rows import Row
from benchmarks.stack import Stack
from grandequipe.extensions import db
from grandequipe.feed.models import Post
from grandequipe.groups.models import Group

BODY = json.dumps({"body_html": "<p>Merci pour ce partage, nous l’essayons dès lundi.</p>"})


def measure_comments(stack: Stack) -> Row:
    """Have sixteen members each answer another post of the group that they all belong to."""
    requests = [
        Request(
            "POST",
            f"/api/v1/posts/{post_id}/comments",
            {**token_of(stack, number), "Content-Type": "application/json"},
            BODY,
        )
        for number, post_id in enumerate(_some_posts(stack), start=2)
    ]
    reached = run(stack.port, requests)
    if set(reached.statuses) != {"201"}:
        raise ValueError(f"Not every comment was taken: {dict(reached.statuses)}")
    return Row(
        "a comment through the API, 16 at once",
        "NodeBB: 23/s; FlaskBB: 17/s",
        "300/s",
        told(reached),
        reached.per_second >= 300,
    )


def _some_posts(stack: Stack) -> list[int]:
    with stack.app.app_context():
        posts = select(Post.id).join(Post.group).where(Group.slug == "bench-1")
        return list(db.session.scalars(posts.order_by(Post.id).limit(CONNECTIONS)))
