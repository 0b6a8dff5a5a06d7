"""Reading what posts and comments said before.

Guarantee: a reader of a post sees the versions that one of their groups read, from the one that
was published there on (`since`, from `policies.history_since`); never what a moderator refused or
had not read yet. Its author, and who may change it, see them all: their `since` is None.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import undefer
from sqlalchemy.orm.attributes import set_committed_value

from grandequipe.core.errors import NotFound
from grandequipe.core.windows import DEFAULT_LIMIT, Order, Window, paginate
from grandequipe.extensions import db
from grandequipe.feed.models import Comment, CommentVersion, Post, PostVersion

NEWEST_FIRST = Order(PostVersion.at, PostVersion.version)


def list_versions(
    post: Post,
    since: datetime | None,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
    *,
    with_content: bool = False,
) -> Window[PostVersion]:
    """List the versions of a post that the viewer was shown, newest first.

    A post that was never changed has one, which is kept nowhere but in its own row.
    """
    query = _visible(post, since)
    if with_content:
        query = query.options(undefer(PostVersion.content))
    page = paginate(query, NEWEST_FIRST, cursor, limit)
    newest = page.items[0].version if page.items else 0
    if cursor or newest == post.version:
        return page
    return Window([_present(post), *page.items], page.next)


def get_version(post: Post, version: int, since: datetime | None) -> PostVersion:
    """Get one version with what it said, or raise NotFound."""
    if version == post.version:
        found = db.session.get(PostVersion, (post.id, version))
        return found or _present(post)
    return _get(_visible(post, since).where(PostVersion.version == version))


def find_version_before(
    post: Post, version: PostVersion, since: datetime | None
) -> PostVersion | None:
    """Find the version before another one; None where the viewer sees none."""
    earlier = _visible(post, since).where(PostVersion.version < version.version)
    return db.session.scalar(earlier.order_by(PostVersion.version.desc()).limit(1))


def list_comment_versions(comment: Comment) -> Sequence[CommentVersion]:
    """List what a comment said before it was changed, newest first."""
    query = select(CommentVersion).where(CommentVersion.comment_id == comment.id)
    return db.session.scalars(query.order_by(CommentVersion.version.desc()).limit(100)).all()


def _visible(post: Post, since: datetime | None) -> Select[PostVersion]:
    query = select(PostVersion).where(PostVersion.post_id == post.id)
    if since is None:
        return query
    first = select(func.max(PostVersion.version)).where(
        PostVersion.post_id == post.id, PostVersion.at <= since
    )
    return query.where(PostVersion.version >= func.coalesce(first.scalar_subquery(), 1))


def _present(post: Post) -> PostVersion:
    """Make the version that a post is at, of which no row is kept."""
    made = PostVersion(
        post_id=post.id,
        version=post.version,
        at=post.edited_at or post.created_at,
        minor=False,
        content={"title": post.title, "body_html": post.body_html},
    )
    set_committed_value(made, "actor", post.author if post.version == 1 else None)
    return made


def _get(query: Select[PostVersion]) -> PostVersion:
    found = db.session.scalar(query.options(undefer(PostVersion.content)))
    if found is None:
        raise NotFound
    return found
