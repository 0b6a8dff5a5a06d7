"""What files belong to: which posts, and changes of posts, somebody sees, and which are there."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from grandequipe.extensions import db
from grandequipe.feed.models import Post, PostProposal
from grandequipe.feed.queries.posts import posts_for
from grandequipe.feed.queries.proposals import find_proposal
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
