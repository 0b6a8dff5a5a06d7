"""What files belong to: which posts, changes of posts and comments exist, and who sees them."""

from collections.abc import Collection, Sequence

from sqlalchemy import and_, or_, select

from grandequipe.core import clock
from grandequipe.extensions import db
from grandequipe.feed.models import Comment, Post, PostProposal
from grandequipe.feed.models.placements import IN_BIN
from grandequipe.feed.queries.posts import posts_for
from grandequipe.feed.queries.proposals import find_proposal
from grandequipe.feed.queries.visibility import thread_visible_to
from grandequipe.members.models import Member


def find_visible_posts(ids: Sequence[int], viewer: Member | None) -> Collection[int]:
    """Say which of these posts somebody sees."""
    query = posts_for(viewer).where(Post.id.in_(ids)).with_only_columns(Post.id)
    return set(db.session.scalars(query))


def find_existing_posts(ids: Sequence[int]) -> Collection[int]:
    """Say which of these posts are there, for whomever."""
    return set(db.session.scalars(select(Post.id).where(Post.id.in_(ids))))


def find_visible_proposals(ids: Sequence[int], viewer: Member | None) -> Collection[int]:
    """Say of which of these posts somebody sees the change that was proposed."""
    posts = db.session.scalars(posts_for(viewer).where(Post.id.in_(ids))).all()
    return {post.id for post in posts if find_proposal(post, viewer)}


def find_existing_proposals(ids: Sequence[int]) -> Collection[int]:
    """Say of which of these posts a change is proposed."""
    query = select(PostProposal.post_id).where(PostProposal.post_id.in_(ids))
    return set(db.session.scalars(query))


def find_visible_comments(ids: Sequence[int], viewer: Member | None) -> Collection[int]:
    """Say which of these comments somebody reads: what was removed nobody does."""
    query = select(Comment.id).join(Comment.post).where(Comment.id.in_(ids))
    return set(
        db.session.scalars(query.where(Comment.removed_at.is_(None), thread_visible_to(viewer)))
    )


def find_existing_comments(ids: Sequence[int]) -> Collection[int]:
    """Say which of these comments are there, or were until lately."""
    # One that was removed may come back with its files: after an appeal, while it has its words.
    is_kept = and_(Comment.removed_by_id != Comment.author_id, Comment.body_html != "")
    is_new = Comment.removed_at > clock.now() - IN_BIN
    is_there = or_(Comment.removed_at.is_(None), is_new, is_kept)
    return set(db.session.scalars(select(Comment.id).where(Comment.id.in_(ids), is_there)))
