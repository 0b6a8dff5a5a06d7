"""The bin: what its authors removed themselves, for as long as they can put it back."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import exists, func, literal_column, select
from sqlalchemy.orm import aliased, joinedload

from grandequipe.core import clock
from grandequipe.core.errors import NotFound
from grandequipe.extensions import db
from grandequipe.feed.models import Comment, Placement, PlacementStatus, Post
from grandequipe.feed.models.placements import IN_BIN
from grandequipe.feed.queries.visibility import PUBLISHED, placed
from grandequipe.groups.queries import readable_by
from grandequipe.members.models import Member

MOST = 100


class RemovedPost(NamedTuple):
    """A post that its author removed, and when."""

    post: Post
    removed_at: datetime


def list_removed_posts(author: Member) -> Sequence[RemovedPost]:
    """List the last posts that someone removed from all their groups, latest first."""
    present = aliased(Placement)
    is_present = exists().where(
        present.post_id == Placement.post_id, present.status != PlacementStatus.REMOVED
    )
    removed_at = func.max(Placement.decided_at).label("removed_at")
    removed = (
        select(Placement.post_id, removed_at)
        .join(Placement.post)
        .where(
            Placement.decided_by_id == author.id,
            Placement.status == PlacementStatus.REMOVED,
            Placement.decided_at > clock.now() - IN_BIN,
            Post.author_id == author.id,
            ~is_present,
        )
        .group_by(Placement.post_id)
        .order_by(removed_at.desc())
        .limit(literal_column(str(MOST)))
        .subquery()
    )
    query = select(Post, removed.c.removed_at).join(removed, removed.c.post_id == Post.id)
    rows = db.session.execute(query.order_by(removed.c.removed_at.desc(), Post.id.desc()))
    return [RemovedPost(*row) for row in rows]


def find_post_removed_by_others(post_id: int, author: Member | None) -> Post | None:
    """Find a post that moderators removed from all its groups, for its author alone."""
    post = db.session.get(Post, post_id) if author else None
    if post is None or author is None or post.author_id != author.id or not post.placements:
        return None
    if not all(each.is_removed for each in post.placements):
        return None
    is_own = all(each.decided_by_id == author.id for each in post.placements)
    return None if is_own else post


def get_removed_post(post_id: int, author: Member) -> Post:
    """Get a post of one's own that is in no group any more, or raise NotFound."""
    post = db.session.get(Post, post_id)
    if post is None or post.author_id != author.id:
        raise NotFound
    if not all(each.is_removed for each in post.placements):
        raise NotFound
    return post


def list_removed_comments(author: Member) -> Sequence[Comment]:
    """List the last comments that someone removed, latest first, under posts that they read."""
    query = (
        select(Comment)
        .join(Comment.post)
        .options(joinedload(Comment.post))
        .where(
            Comment.removed_by_id == author.id,
            Comment.author_id == author.id,
            Comment.removed_at > clock.now() - IN_BIN,
            placed(PUBLISHED, readable_by(author)),
        )
        .order_by(Comment.removed_at.desc(), Comment.id.desc())
        .limit(literal_column(str(MOST)))
    )
    return db.session.scalars(query).all()


def get_removed_comment(comment_id: int, author: Member) -> Comment:
    """Get a removed comment of one's own, under a post that one reads, or raise NotFound."""
    query = (
        select(Comment)
        .join(Comment.post)
        .where(
            Comment.id == comment_id,
            Comment.author_id == author.id,
            Comment.removed_at.is_not(None),
            placed(PUBLISHED, readable_by(author)),
        )
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found
