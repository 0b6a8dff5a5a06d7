"""Writing on a post that another has removed at that moment, from all of its groups or from one."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from grandequipe.core.errors import Conflict, NotFound, Refused
from grandequipe.core.events.models import EventRecord
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.events import CommentAdded
from grandequipe.feed.models import Comment, Post, ReactionName
from grandequipe.feed.services import (
    add_comment,
    add_reaction,
    edit_comment,
    edit_post,
    publish_post,
    remove_comment,
)
from grandequipe.groups.models import Group, Role
from tests.factories import Cast, admit, draft_of, make_comment, make_post

REMOVED = text("UPDATE placement SET status = 'removed' WHERE post_id = :id")
REMOVED_FROM_ONE = text(f"{REMOVED.text} AND group_id = :group")
LOCKED = text("UPDATE post SET locked_at = now() WHERE id = :id")
Act = Callable[[Cast, Post], object]


def remove_elsewhere(post: Post, group: Group) -> None:
    """Remove a post from a group in another transaction, once it has been read here."""
    assert len(post.published) == 2, "as it was read"
    with db.engine.begin() as elsewhere:
        elsewhere.execute(REMOVED_FROM_ONE, {"id": post.id, "group": group.id})


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


@pytest.mark.parametrize(
    "act",
    [
        lambda cast, post, _comment: add_comment(cast.driss, post, "<p>Trop tard</p>"),
        lambda cast, post, _comment: add_reaction(cast.driss, post, ReactionName.THANKS),
        lambda cast, _post, comment: remove_comment(cast.driss, comment),
    ],
)
def test_a_member_writes_nothing_once_the_post_is_out_of_their_group(
    cast: Cast, act: Callable[[Cast, Post, Comment], object]
) -> None:
    admit(cast.ess, cast.driss, role=Role.MODERATOR)
    with atomic():
        post = publish_post(cast.chloe, cast.ess, draft_of(), [cast.hidden])
    comment = make_comment(cast.chloe, post)
    remove_elsewhere(post, cast.ess)
    before = db.session.query(EventRecord).count()
    with pytest.raises(Refused), atomic():
        act(cast, post, comment)
    assert db.session.query(EventRecord).count() == before


def test_a_group_that_the_post_has_left_reads_no_event_of_a_comment(cast: Cast) -> None:
    with atomic():
        post = publish_post(cast.chloe, cast.ess, draft_of(), [cast.hidden])
    remove_elsewhere(post, cast.hidden)
    make_comment(cast.bruno, post)
    added = db.session.query(EventRecord.stream_id).filter_by(kind=CommentAdded.kind)
    assert [each.stream_id for each in added] == [cast.ess.stream_id]


@pytest.mark.parametrize(
    "act",
    [
        lambda cast, post, _comment: add_comment(cast.chloe, post, "<p>Trop tard</p>"),
        lambda cast, _post, comment: edit_comment(cast.chloe, comment, "<p>Trop tard</p>"),
    ],
)
def test_nothing_is_said_once_a_moderator_has_locked_the_comments(
    cast: Cast, act: Callable[[Cast, Post, Comment], object]
) -> None:
    post = make_post(cast.amina, cast.ess)
    comment = make_comment(cast.chloe, post)
    assert not post.is_locked, "as it was read"
    with db.engine.begin() as elsewhere:
        elsewhere.execute(LOCKED, {"id": post.id})
    with pytest.raises(Conflict), atomic():
        act(cast, post, comment)
    assert [each.body_html for each in db.session.query(Comment)] == ["<p>Merci !</p>"]
    assert db.session.get_one(Post, post.id).comment_count == 1
