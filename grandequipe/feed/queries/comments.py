"""Reading what members say under posts."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    and_,
    any_,
    bindparam,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import joinedload, with_expression
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.interfaces import ORMOption

from grandequipe.attachments.models import FileClaim
from grandequipe.attachments.queries import list_files
from grandequipe.core.errors import NotFound
from grandequipe.core.windows import DEFAULT_LIMIT, Order, Window, paginate
from grandequipe.extensions import db
from grandequipe.feed.models import Comment, CommentReaction, Hold, Post, Reaction
from grandequipe.feed.models.posts import COMMENT_SUBJECT
from grandequipe.feed.queries.post_cards import PostCard
from grandequipe.feed.queries.visibility import PUBLISHED, VIEWER, placed, viewer_params
from grandequipe.groups.queries import readable_by
from grandequipe.members.models import Member

IN_TIME = Order(Comment.created_at, Comment.id)
# Say of each comment that is read whether it has files.
HAS_FILES = with_expression(
    Comment.has_files,
    exists().where(FileClaim.subject_type == COMMENT_SUBJECT, FileClaim.subject_id == Comment.id),
)
# Removed by nobody: a rule against spam holds it.
IS_HELD = and_(
    Comment.removed_at.is_not(None),
    Comment.removed_by_id.is_(None),
    exists().where(Hold.comment_id == Comment.id),
)
# What is shown of a comment beside its words, read with it.
SHOWN: tuple[ORMOption, ...] = (HAS_FILES, joinedload(Comment.counters))


def reactions_of(member: Member | None) -> ORMOption:
    """Read with each comment which reactions to it are the member's own."""
    mine = select(func.array_agg(CommentReaction.name)).where(
        CommentReaction.comment_id == Comment.id,
        CommentReaction.member_id == (member.id if member else None),
    )
    return with_expression(Comment.my_reactions, mine.scalar_subquery())


def get_comment(comment_id: int, seen_by: Member | None, *, with_held: bool = False) -> Comment:
    """Get a comment in a thread that the viewer may read, or raise NotFound.

    `with_held` is for its author, who withdraws a comment that waits for a moderator.
    """
    is_there: ColumnElement[bool] = Comment.removed_at.is_(None)
    if with_held and seen_by:
        is_there = or_(is_there, and_(Comment.author_id == seen_by.id, IS_HELD))
    found = db.session.scalar(
        select(Comment)
        .join(Comment.post)
        .where(Comment.id == comment_id, is_there, placed(PUBLISHED, readable_by(seen_by)))
    )
    if found is None:
        raise NotFound
    return found


def list_comments(
    post: Post, cursor: str | None = None, limit: int = DEFAULT_LIMIT, *, seen_by: Member | None
) -> Window[Comment]:
    """List what is said under a post that the viewer was shown, newest first.

    Removed comments are listed; held ones for their author only, who finds them by `is_held`.
    """
    theirs = Comment.author_id == (seen_by.id if seen_by else None)
    query = (
        select(Comment)
        .options(*SHOWN, with_expression(Comment.is_held, IS_HELD))
        .where(Comment.post_id == post.id, or_(~IS_HELD, theirs))
    )
    page = paginate(query, IN_TIME, cursor, limit)
    load_files(page.items)
    return page


def list_held_comments(post: Post, author: Member) -> Sequence[Comment]:
    """List what somebody said under a post that waits for a moderator, in the order of time."""
    query = (
        select(Comment)
        .options(*SHOWN)
        .where(Comment.post_id == post.id, Comment.author_id == author.id, IS_HELD)
        .order_by(Comment.id)
    )
    held = db.session.scalars(query).all()
    load_files(held)
    return held


def load_files(comments: Iterable[Comment]) -> None:
    """Load the files of comments that are shown, in one query where one of them has some."""
    shown = list(comments)
    with_files = [each.id for each in shown if each.__dict__.get("has_files") is not False]
    files = list_files(COMMENT_SUBJECT, with_files)
    for comment in shown:
        set_committed_value(comment, "files", list(files.get(comment.id, ())))


MY_REACTIONS = select(Reaction.post_id, Reaction.name).where(
    Reaction.member_id == VIEWER,
    Reaction.post_id == any_(bindparam("posts", type_=ARRAY(BigInteger))),
)


def find_reactions(
    member: Member | None, posts: Sequence[Post] | Sequence[PostCard]
) -> Mapping[int, set[str]]:
    """Find what a person said with one touch about some posts, by post id."""
    said: dict[int, set[str]] = {post.id: set() for post in posts}
    if member is None or not posts:
        return said
    for post_id, name in db.session.execute(
        MY_REACTIONS, {"posts": list(said)} | viewer_params(member)
    ):
        said[post_id].add(name)
    return said
