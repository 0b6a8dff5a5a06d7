"""Reading posts and comments.

Guarantee: `visible_to` is the only rule that says which posts a viewer may see. Whoever leads
a post out of the house (page, API, feed, changes, socket, bell, letter) asks it at that very
moment. What it hides answers exactly as what does not exist.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import undefer

from grandequipe.core.errors import NotFound
from grandequipe.core.journal import Fact
from grandequipe.core.pages import DEFAULT_LIMIT, Order, Page, paginate
from grandequipe.extensions import db
from grandequipe.feed.events import PostPublished
from grandequipe.feed.models import Comment, Kind, Post, PostStatus, Reaction
from grandequipe.groups.models import Group, Membership, MembershipState
from grandequipe.groups.queries import MODERATING, readable_by
from grandequipe.members.models import Member

NEWEST_FIRST = Order(Post.published_at, Post.id)


def visible_to(viewer: Member | None) -> ColumnElement[bool]:
    """Say which posts the viewer may see; the query must join `Post.group`."""
    published = and_(Post.status == PostStatus.PUBLISHED, readable_by(viewer))
    if viewer is None:
        return published
    return or_(published, and_(Post.status == PostStatus.PENDING, _may_see_pending(viewer)))


def _may_see_pending(viewer: Member) -> ColumnElement[bool]:
    if viewer.is_admin:
        return true()
    moderated = select(Membership.group_id).where(
        Membership.member_id == viewer.id,
        Membership.state == MembershipState.ACTIVE,
        Membership.role.in_(MODERATING),
    )
    own = and_(Post.author_id == viewer.id, readable_by(viewer))
    return or_(own, Post.group_id.in_(moderated))


def _posts(seen_by: Member | None) -> Select[tuple[Post]]:
    return select(Post).join(Group, Post.group_id == Group.id).where(visible_to(seen_by))


def get_post(post_id: int, seen_by: Member | None) -> Post:
    """Get a post with its body, or raise NotFound where there is none for this viewer."""
    query = _posts(seen_by).options(undefer(Post.body_html)).where(Post.id == post_id)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def list_posts(ids: Iterable[int], seen_by: Member | None) -> Sequence[Post]:
    """List those of the given posts that are published and that the viewer may see."""
    query = _posts(seen_by).where(Post.id.in_(list(ids)), Post.status == PostStatus.PUBLISHED)
    return db.session.scalars(query.order_by(Post.published_at.desc(), Post.id.desc())).all()


def list_group_posts(
    group: Group,
    seen_by: Member | None,
    kind: Kind | None = None,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Post]:
    """List the published posts of a group, newest first; none to whoever may not read it."""
    query = _posts(seen_by).where(Post.group_id == group.id, Post.status == PostStatus.PUBLISHED)
    if kind is not None:
        query = query.where(Post.kind == kind)
    return paginate(query, NEWEST_FIRST, cursor, limit)


def list_home_posts(
    seen_by: Member, kind: Kind | None = None, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Post]:
    """List the published posts of all groups that the viewer is a member of, newest first."""
    mine = select(Membership.group_id).where(
        Membership.member_id == seen_by.id, Membership.state == MembershipState.ACTIVE
    )
    query = _posts(seen_by).where(Post.group_id.in_(mine), Post.status == PostStatus.PUBLISHED)
    if kind is not None:
        query = query.where(Post.kind == kind)
    return paginate(query, NEWEST_FIRST, cursor, limit)


def list_pending_posts(group: Group, seen_by: Member) -> Sequence[Post]:
    """List what waits for a moderator in a group, oldest first."""
    query = _posts(seen_by).where(Post.group_id == group.id, Post.status == PostStatus.PENDING)
    return db.session.scalars(query.order_by(Post.created_at, Post.id)).all()


@dataclass(frozen=True)
class MyGroup:
    """A group of the viewer's, and how many posts they have not seen there."""

    group: Group
    unread: int


def list_my_groups(seen_by: Member) -> Sequence[MyGroup]:
    """List the viewer's groups by name, with what is new in each: by position, never by clock."""
    unread = (
        select(func.count())
        .where(
            Fact.stream_name == func.concat("group:", Membership.group_id),
            Fact.kind == PostPublished.kind,
            Fact.position > Membership.seen_position,
            Fact.actor_id != seen_by.id,
        )
        .correlate(Membership)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Group, unread)
        .join(Membership, Membership.group_id == Group.id)
        .where(Membership.member_id == seen_by.id, Membership.state == MembershipState.ACTIVE)
        .order_by(Group.name)
    )
    return [MyGroup(group, number) for group, number in rows]


def get_comment(comment_id: int, seen_by: Member | None) -> Comment:
    """Get a comment under a post that the viewer may see, or raise NotFound."""
    found = db.session.scalar(
        select(Comment)
        .join(Comment.post)
        .join(Group, Post.group_id == Group.id)
        .where(Comment.id == comment_id, Comment.removed_at.is_(None), visible_to(seen_by))
    )
    if found is None:
        raise NotFound
    return found


def list_comments(
    post: Post, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Comment]:
    """List what is said under a post that the viewer was shown, newest first."""
    query = select(Comment).where(Comment.post_id == post.id)
    return paginate(query, Order(Comment.created_at, Comment.id), cursor, limit)


def find_reactions(member: Member | None, posts: Sequence[Post]) -> Mapping[int, set[str]]:
    """Find what a person said with one touch about some posts, by post id."""
    said: dict[int, set[str]] = {post.id: set() for post in posts}
    if member is None or not posts:
        return said
    rows = db.session.execute(
        select(Reaction.post_id, Reaction.name).where(
            Reaction.member_id == member.id, Reaction.post_id.in_(list(said))
        )
    )
    for post_id, name in rows:
        said[post_id].add(name)
    return said
