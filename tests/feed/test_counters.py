"""Comments and reactions are counted beside the post, and none is lost among many at once."""

import random
import threading
from collections.abc import Callable
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select, text

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Comment, Post, ReactionName
from grandequipe.feed.services import add_comment, add_reaction, remove_comment, remove_reaction
from grandequipe.members.models import Member
from tests.factories import Cast, make_comment, make_post

WRITERS = ("amina", "bruno", "chloe")
STEPS = 25


def test_what_is_said_leaves_the_row_of_the_post_as_it_is(cast: Cast) -> None:
    post = make_post(cast.amina, cast.ess)
    row = text("SELECT xmin, ctid FROM post WHERE id = :id")
    before = db.session.execute(row, {"id": post.id}).all()
    comment = make_comment(cast.chloe, post)
    with atomic():
        add_reaction(cast.chloe, post, ReactionName.USEFUL)
    assert (post.comment_count, post.reaction_counts, post.version) == (1, {"useful": 1}, 1)
    with atomic():
        remove_comment(cast.chloe, comment)
        remove_reaction(cast.chloe, post, ReactionName.USEFUL)
    assert (post.comment_count, post.reaction_counts) == (0, {})
    assert db.session.execute(row, {"id": post.id}).all() == before


def test_nobody_waits_to_say_something_for_who_changes_the_post(cast: Cast) -> None:
    post = make_post(cast.amina, cast.ess)
    with db.engine.begin() as editor:
        editor.execute(text("UPDATE post SET title = 'Autre' WHERE id = :id"), {"id": post.id})
        with atomic():
            db.session.execute(text("SET LOCAL lock_timeout = '1s'"))
            add_comment(cast.chloe, post, "<p>Oui.</p>")
            add_reaction(cast.bruno, post, ReactionName.USEFUL)
    assert (post.comment_count, post.reaction_counts) == (1, {"useful": 1})


@pytest.mark.parametrize("seed", range(3))
def test_counters_equal_what_is_there_after_many_at_once(app: Flask, cast: Cast, seed: int) -> None:
    """Several say and take back things at random, beside one who edits and locks the post."""
    post_id = make_post(cast.amina, cast.ess).id
    raised: list[Exception] = []
    together = threading.Barrier(len(WRITERS) + 1)

    def run(act: Callable[[], None]) -> None:
        with app.app_context():
            together.wait()
            try:
                for _ in range(STEPS):
                    with atomic():
                        act()
            except Exception as error:
                raised.append(error)

    members = [getattr(cast, name).id for name in WRITERS]
    writers = [
        partial(say_or_take_back, random.Random(seed * 1000 + member_id), member_id, post_id)
        for member_id in members
    ]
    threads = [threading.Thread(target=run, args=(act,)) for act in (edit, *writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert raised == []
    db.session.expire_all()
    post = db.session.get_one(Post, post_id)
    assert post.comment_count == db.session.scalar(COMMENTS)
    assert list(post.reaction_counts.items()) == list(db.session.execute(REACTIONS).all())


COMMENTS = text("SELECT count(*) FROM comment WHERE removed_at IS NULL")
REACTIONS = text(
    "SELECT name, count(*) FROM reaction GROUP BY name ORDER BY"
    " array_position(ARRAY['thanks', 'useful', 'inspiring', 'support'], name::text)"
)


def edit() -> None:
    """Lock and write the row of each post, as a change of a text does."""
    db.session.execute(text("UPDATE post SET title = title || '.'"))


def say_or_take_back(chance: random.Random, member_id: int, post_id: int) -> None:
    """Comment on a post, remove an own comment, react, or take a reaction back."""
    member, post = db.session.get_one(Member, member_id), db.session.get_one(Post, post_id)
    own = select(Comment).where(Comment.author_id == member_id, Comment.removed_at.is_(None))
    mine = db.session.scalars(own).first()
    name = chance.choice(list(ReactionName))
    match chance.randrange(4):
        case 0 if mine is not None:
            remove_comment(member, mine)
        case 1:
            add_reaction(member, post, name)
        case 2:
            remove_reaction(member, post, name)
        case _:
            add_comment(member, post, "<p>Oui.</p>")
