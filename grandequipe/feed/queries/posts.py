"""Reading posts, those that the viewer may see."""

from functools import cache

from sqlalchemy import (
    BigInteger,
    Select,
    and_,
    bindparam,
    exists,
    select,
)
from sqlalchemy.orm import contains_eager, lazyload, load_only, undefer, with_expression

from grandequipe.core.errors import NotFound
from grandequipe.extensions import db
from grandequipe.feed.models import Post, PostProposal
from grandequipe.feed.queries.visibility import (
    VIEWER,
    ViewerPlaceholder,
    placeholder_for,
    viewer_params,
    visible_to,
)
from grandequipe.groups.models import Membership
from grandequipe.groups.queries import remember_membership
from grandequipe.members.models import Member, Viewer

# Labels come when they are asked for: who answers a post, or has had it in a letter, does not.
LABELS_LATER = lazyload(Post.themes), lazyload(Post.territories)


def posts_for(viewer: Viewer | None) -> Select[Post]:
    """Choose the posts that the viewer, or who stands for them, may see."""
    return (
        select(Post).join(Post.group).options(contains_eager(Post.group)).where(visible_to(viewer))
    )


def get_post(post_id: int, seen_by: Member | None) -> Post:
    """Get a post with its body, or raise NotFound where there is none for this viewer."""
    return _get(_whole_post(placeholder_for(seen_by)), post_id, seen_by)


def get_post_to_answer(post_id: int, seen_by: Member | None) -> Post:
    """Get the same as it is needed by who says something under it: its words come if asked for."""
    return _get(_bare_post(placeholder_for(seen_by)), post_id, seen_by)


@cache
def _whole_post(viewer: ViewerPlaceholder | None) -> Select[Post, Membership]:
    has_proposal = exists().where(PostProposal.post_id == Post.id)
    return _one_post(viewer).options(
        undefer(Post.body_html), with_expression(Post.has_proposal, has_proposal)
    )


@cache
def _bare_post(viewer: ViewerPlaceholder | None) -> Select[Post, Membership]:
    needed = load_only(Post.group_id, Post.author_id, Post.status)
    return _one_post(viewer).options(needed, lazyload(Post.author))


def _one_post(viewer: Viewer | None) -> Select[Post, Membership]:
    """Ask for a post and the viewer's tie to its group, which every policy asks for next."""
    membership = and_(Membership.group_id == Post.group_id, Membership.member_id == VIEWER)
    return (
        posts_for(viewer)
        .add_columns(Membership)
        .outerjoin(Membership, membership)
        .where(Post.id == bindparam("post", type_=BigInteger))
        .options(*LABELS_LATER, lazyload(Membership.group))
    )


def _get(query: Select[Post, Membership], post_id: int, seen_by: Member | None) -> Post:
    found = db.session.execute(query, {"post": post_id, **viewer_params(seen_by)}).first()
    if found is None:
        raise NotFound
    post, membership = found
    if seen_by is not None:
        remember_membership(seen_by, post.group, membership)
    return post
