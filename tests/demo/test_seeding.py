"""The community of the benchmarks is written in bulk, and consistent all the same."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from grandequipe.core import clock
from grandequipe.core.errors import Conflict
from grandequipe.core.transactions import atomic
from grandequipe.demo.seeding import Size, write_crowd
from grandequipe.digests.services import compose
from grandequipe.extensions import db
from grandequipe.feed.models import Comment, Kind, Post
from grandequipe.members.models import Member
from tests.demo.consistency import find_inconsistencies
from tests.factories import Cast

SMALL = Size(members=24, groups=4, posts=48, comments=120)


def test_a_crowd_adds_up(app: Flask) -> None:
    with atomic():
        write_crowd(SMALL)
    assert find_inconsistencies() == {}
    assert db.session.scalar(select(func.count(Member.id))) == SMALL.members
    assert db.session.scalar(select(func.count(Comment.id))) == SMALL.comments
    kinds = db.session.execute(select(Post.kind, func.count()).group_by(Post.kind)).all()
    assert dict(kinds) == dict.fromkeys(Kind, SMALL.posts // len(Kind))


def test_everyone_of_a_crowd_has_a_post_for_a_digest(app: Flask) -> None:
    with atomic():
        write_crowd(SMALL)
    with clock.travel(clock.now() + timedelta(days=7)):
        digests = [compose(member) for member in db.session.scalars(select(Member))]
    assert all(digest.posts for digest in digests)


def test_a_crowd_does_not_move_in_with_people(cast: Cast) -> None:
    with pytest.raises(Conflict, match="empty database"), atomic():
        write_crowd(SMALL)
