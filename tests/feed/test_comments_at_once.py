"""Two who say and take back something under one post at the same instant."""

import threading
from collections.abc import Callable

from flask import Flask
from sqlalchemy import text

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Comment, Post
from grandequipe.feed.services import add_comment, remove_comment
from grandequipe.members.models import Member
from tests.factories import Cast, make_comment, make_post
from tests.locks import count_held_up
from tests.waiting import wait_until


def test_a_comment_is_answered_while_it_is_removed(app: Flask, cast: Cast) -> None:
    """Neither waits for what the other holds."""
    post = make_post(cast.amina, cast.ess)
    comment = make_comment(cast.chloe, post)
    post_id, comment_id, bruno_id = post.id, comment.id, cast.bruno.id
    raised: list[Exception] = []

    def answer() -> None:
        bruno, answered = db.session.get_one(Member, bruno_id), db.session.get_one(Post, post_id)
        add_comment(bruno, answered, "<p>Oui.</p>", reply_to=comment_id)

    def remove() -> None:
        bruno, removed = (
            db.session.get_one(Member, bruno_id),
            db.session.get_one(Comment, comment_id),
        )
        remove_comment(bruno, removed)

    def run(act: Callable[[], None]) -> None:
        with app.app_context():
            try:
                with atomic():
                    act()
            except Exception as error:
                raised.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in (answer, remove)]
    with db.engine.begin() as connection:
        held = text("SELECT 1 FROM post_counters WHERE post_id = :id FOR NO KEY UPDATE")
        connection.execute(held, {"id": post_id})
        for number, thread in enumerate(threads, 1):
            thread.start()
            wait_until(lambda: count_held_up() == number, f"{number} wait")  # noqa: B023
    for thread in threads:
        thread.join()
    assert raised == []
    db.session.expire_all()
    assert (comment.is_removed, post.comment_count) == (True, 1)
