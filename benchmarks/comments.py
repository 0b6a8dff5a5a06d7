"""A comment through the API, committed, by sixteen members at once in their groups."""

import json

from sqlalchemy import func, select

from benchmarks.cost import Cost
from benchmarks.load import Request, run
from benchmarks.people import token_of
from benchmarks.rows import TOLERATED, Row
from benchmarks.stack import Stack
from benchmarks.yardstick import CONNECTIONS, bare_comment, must_be_ok
from grandequipe.demo.seeding.people import EMAIL
from grandequipe.extensions import db
from grandequipe.feed.models import Placement, Post
from grandequipe.groups.models import Membership
from grandequipe.members.models import Member

BODY = json.dumps({"body_html": "<p>Merci pour ce partage, nous l’essayons dès lundi.</p>"})


def measure_comments(stack: Stack) -> Row:
    """Have sixteen members each answer a post of one of their groups."""
    requests = [
        Request(
            "POST",
            f"/api/v1/posts/{_post_for(stack, number)}/comments",
            {**token_of(stack, number), "Content-Type": "application/json"},
            BODY,
        )
        for number in range(2, CONNECTIONS + 2)
    ]
    bare = bare_comment(stack, BODY)
    cost = Cost(stack)
    reached = must_be_ok(run(stack.port, requests), "201")
    return Row.beside(
        "a comment through the API, 16 at once",
        f"{reached}; {cost.of_each(reached.requests)}",
        f"{bare.per_second:,.0f}/s",
        reached.per_second / bare.per_second,
        0.18 * TOLERATED,
    )


def _post_for(stack: Stack, number: int) -> int:
    """Choose a post that the member of that number may answer, not the same group for all."""
    with stack.app.app_context():
        posts = (
            select(func.min(Post.id))
            .join(Post.placements)
            .join(Membership, Membership.group_id == Placement.group_id)
            .join(Membership.member)
            .where(Member.email == EMAIL.format(number))
            .group_by(Placement.group_id)
            .order_by(Placement.group_id)
        )
        choices = db.session.scalars(posts).all()
    return int(choices[number % len(choices)])
