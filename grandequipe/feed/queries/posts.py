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
from sqlalchemy.orm.attributes import set_committed_value

from grandequipe.attachments.models import FileClaim
from grandequipe.core.errors import NotFound
from grandequipe.extensions import db
from grandequipe.feed.models import Hold, Placement, Post, PostProposal, Webinar
from grandequipe.feed.models.posts import POST_SUBJECT
from grandequipe.feed.queries.visibility import (
    VIEWER,
    ViewerPlaceholder,
    placeholder_for,
    viewer_params,
    visible_to,
)
from grandequipe.groups.models import Membership
from grandequipe.groups.queries import remember_membership
from grandequipe.link_previews.models import LinkReference
from grandequipe.members.models import Member, Viewer

OnePost = Select[Post, Placement, Membership]

# Labels are not for all: `load_whole` loads them for who is shown the post.
LABELS_LATER = lazyload(Post.themes), lazyload(Post.territories)


def posts_for(viewer: Viewer | None) -> Select[Post]:
    """Choose the posts that the viewer, or who stands for them, may see."""
    return select(Post).where(visible_to(viewer))


def get_post(post_id: int, seen_by: Member | None) -> Post:
    """Get a post with its body, or raise NotFound where there is none for this viewer."""
    return _get(_whole_post(placeholder_for(seen_by)), post_id, seen_by)


def get_post_to_answer(post_id: int, seen_by: Member | None) -> Post:
    """Get the same as it is needed by who says something under it: its words come if asked for."""
    return _get(_bare_post(placeholder_for(seen_by)), post_id, seen_by)


def load_whole(post: Post) -> None:
    """Load the text and the labels of a post that a page shows, before the page is rendered."""
    for attribute in (Post.body_html, Post.themes, Post.territories):
        getattr(post, attribute.key)


@cache
def _whole_post(viewer: ViewerPlaceholder | None) -> OnePost:
    has_files = exists().where(
        FileClaim.subject_type == POST_SUBJECT, FileClaim.subject_id == Post.id
    )
    has_links = exists().where(
        LinkReference.subject_type == POST_SUBJECT, LinkReference.subject_id == Post.id
    )
    has_proposal = exists().where(PostProposal.post_id == Post.id)
    has_held = exists().where(Hold.post_id == Post.id, Hold.comment_id.is_not(None))
    return _one_post(viewer).options(
        undefer(Post.body_html),
        with_expression(Post.has_proposal, has_proposal),
        with_expression(Post.has_files, has_files),
        with_expression(Post.has_links, has_links),
        with_expression(Post.has_held_comments, has_held),
    )


@cache
def _bare_post(viewer: ViewerPlaceholder | None) -> OnePost:
    needed = load_only(Post.author_id, Post.locked_at)
    return _one_post(viewer).options(
        needed, lazyload(Post.author), lazyload(Post.counters), lazyload(Webinar.details)
    )


def _one_post(viewer: Viewer | None) -> OnePost:
    """Ask for a post, a row for each placement, with the viewer's membership of that group.

    Every policy asks for all three next.
    """
    mine = and_(Membership.group_id == Placement.group_id, Membership.member_id == VIEWER)
    return (
        posts_for(viewer)
        .add_columns(Placement, Membership)
        .join(Post.placements)
        .join(Placement.group)
        .outerjoin(Membership, mine)
        .where(Post.id == bindparam("post", type_=BigInteger))
        .order_by(Placement.id)
        .options(
            lazyload(Post.placements),
            contains_eager(Placement.group),
            *LABELS_LATER,
            lazyload(Membership.group),
        )
    )


def _get(query: OnePost, post_id: int, seen_by: Member | None) -> Post:
    rows = db.session.execute(query, {"post": post_id, **viewer_params(seen_by)}).all()
    if not rows:
        raise NotFound
    post: Post = rows[0][0]
    if post.__dict__.get("has_files") is False:
        set_committed_value(post, "files", [])
    set_committed_value(post, "placements", [placement for _post, placement, _mine in rows])
    if seen_by is not None:
        for _post, placement, membership in rows:
            remember_membership(seen_by, placement.group, membership)
    return post
