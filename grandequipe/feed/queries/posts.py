"""Reading posts.

Guarantee: `visible_to` is the only rule that says which posts a viewer may see. Whoever leads
a post out of the house (page, API, feed, changes, socket, bell, letter) asks it at that very
moment. What it hides answers exactly as what does not exist.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    and_,
    any_,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import contains_eager, lazyload, undefer

from grandequipe.core import clock
from grandequipe.core.errors import NotFound
from grandequipe.core.pages import DEFAULT_LIMIT, Order, Page, paginate
from grandequipe.extensions import db
from grandequipe.feed.models import Kind, Post, PostStatus, Webinar
from grandequipe.groups.models import Group, Membership, MembershipState
from grandequipe.groups.queries import MODERATING, readable_by
from grandequipe.members.models import Member

NEWEST_FIRST = Order(Post.published_at, Post.id)
COMING = timedelta(days=14)
MOST_COMING = 5
# Labels come when they are asked for: who answers a post, or has had it in a letter, does not.
LABELS_LATER = lazyload(Post.themes), lazyload(Post.territories)


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


def _posts(seen_by: Member | None) -> Select[Post]:
    return (
        select(Post).join(Post.group).options(contains_eager(Post.group)).where(visible_to(seen_by))
    )


def get_post(post_id: int, seen_by: Member | None) -> Post:
    """Get a post with its body, or raise NotFound where there is none for this viewer."""
    query = _posts(seen_by).options(undefer(Post.body_html), *LABELS_LATER)
    query = query.where(Post.id == post_id)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def list_posts(ids: Iterable[int], seen_by: Member | None) -> Sequence[Post]:
    """List those of the given posts that are published and that the viewer may see."""
    # One array, not a word each: the statement stays the same, and so does its plan.
    wanted = Post.id == any_(literal(list(ids), ARRAY(BigInteger)))
    query = (
        _posts(seen_by).where(wanted, Post.status == PostStatus.PUBLISHED).options(*LABELS_LATER)
    )
    return db.session.scalars(query.order_by(Post.published_at.desc(), Post.id.desc())).all()


def list_group_posts(
    group: Group,
    seen_by: Member | None,
    kind: Kind | None = None,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
    *,
    for_cards: bool = False,
) -> Page[Post]:
    """List the published posts of a group, newest first; none to whoever may not read it."""
    query = _published(seen_by, kind, for_cards).where(Post.group_id == group.id)
    return paginate(query, NEWEST_FIRST, cursor, limit)


def list_home_posts(
    seen_by: Member,
    kind: Kind | None = None,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
    *,
    for_cards: bool = False,
) -> Page[Post]:
    """List the published posts of all groups that the viewer is a member of, newest first."""
    query = _published(seen_by, kind, for_cards).where(_in_groups_of(seen_by))
    return paginate(query, NEWEST_FIRST, cursor, limit)


def _published(seen_by: Member | None, kind: Kind | None, for_cards: bool) -> Select[Post]:
    """Choose what the viewer may read, of one kind or all; cards do not show themes."""
    query = _posts(seen_by).where(Post.status == PostStatus.PUBLISHED)
    if kind is not None:
        query = query.where(Post.kind == kind)
    return query.options(lazyload(Post.themes)) if for_cards else query


def list_pending_posts(group: Group, seen_by: Member) -> Sequence[Post]:
    """List what waits for a moderator in a group, oldest first."""
    query = _posts(seen_by).where(Post.group_id == group.id, Post.status == PostStatus.PENDING)
    return db.session.scalars(query.order_by(Post.created_at, Post.id)).all()


def list_coming_webinars(seen_by: Member) -> Sequence[Webinar]:
    """List the next webinars of the viewer's groups within two weeks, the first one first."""
    now = clock.now()
    return db.session.scalars(
        select(Webinar)
        .join(Group, Webinar.group_id == Group.id)
        .where(
            visible_to(seen_by),
            _in_groups_of(seen_by),
            Webinar.status == PostStatus.PUBLISHED,
            Webinar.ends_at > now,
            Webinar.starts_at < now + COMING,
        )
        .options(lazyload(Webinar.themes), lazyload(Webinar.territories))
        .order_by(Webinar.starts_at, Webinar.id)
        .limit(MOST_COMING)
    ).all()


def _in_groups_of(member: Member) -> ColumnElement[bool]:
    return Post.group_id.in_(
        select(Membership.group_id).where(
            Membership.member_id == member.id, Membership.state == MembershipState.ACTIVE
        )
    )
