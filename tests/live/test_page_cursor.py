"""A page's cursor is read before its content, so that the page misses no event."""

import contextvars
import re

from sqlalchemy import event

from grandequipe.extensions import db
from grandequipe.groups.queries import find_group
from grandequipe.live.changes import read_cursor
from grandequipe.members.queries import find_member
from tests.factories import make_post

CURSOR = re.compile(r'data-cursor="([^"]*)"')


def test_posts_published_while_a_page_is_made_reach_it(cast, app, browser) -> None:
    published = []
    author_id, group_id = cast.chloe.id, cast.ess.id

    def publish() -> None:
        with app.app_context():
            make_post(find_member(author_id), find_group(group_id))

    def publish_once(_conn, _cursor, statement: str, *_rest) -> None:
        if "FROM post" in statement and not published:
            published.append("now")
            contextvars.Context().run(publish)

    event.listen(db.engine, "before_cursor_execute", publish_once)
    try:
        page = browser(cast.bruno).get("/groupes/ess-quartiers").text
    finally:
        event.remove(db.engine, "before_cursor_execute", publish_once)
    assert published
    cursor_position = read_cursor(CURSOR.search(page)[1])[cast.ess.stream.name]
    published_at = db.session.execute(
        db.text("SELECT position FROM event WHERE kind = 'post.published'")
    ).scalar_one()
    assert cursor_position < published_at


def test_a_visitors_page_has_no_cursor(cast, visitor) -> None:
    assert CURSOR.search(visitor.get("/groupes/ess-quartiers").text) is None
