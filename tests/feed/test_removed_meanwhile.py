"""Whoever writes on what another has removed at that moment hears that it is gone."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from grandequipe.core.errors import NotFound
from grandequipe.core.events.models import EventRecord
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Comment, Post, ReactionName
from grandequipe.feed.services import add_comment, add_reaction, edit_post
from tests.factories import Cast, draft_of, make_post

REMOVED = text("UPDATE placement SET status = 'removed' WHERE post_id = :id")
Act = Callable[[Cast, Post], object]


@pytest.mark.parametrize(
    "act",
    [
        lambda cast, post: add_comment(cast.bruno, post, "<p>Trop tard</p>"),
        lambda cast, post: edit_post(cast.amina, post, draft_of(title="Trop tard")),
        lambda cast, post: add_reaction(cast.bruno, post, ReactionName.THANKS),
    ],
)
def test_nothing_is_said_of_a_post_that_is_gone(cast: Cast, act: Act) -> None:
    post = make_post(cast.amina, cast.ess)
    assert post.is_published, "as it was read"
    with db.engine.begin() as elsewhere:
        elsewhere.execute(REMOVED, {"id": post.id})
    before = db.session.query(EventRecord).count()
    with pytest.raises(NotFound), atomic():
        act(cast, post)
    assert db.session.query(EventRecord).count() == before
    assert db.session.query(Comment).count() == 0
