"""Reading posts, those that the viewer may see."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import cache

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    and_,
    any_,
    bindparam,
    literal,
    select,
)
from sqlalchemy.orm import contains_eager, lazyload, load_only, undefer

from grandequipe.core import clock
from grandequipe.core.errors import NotFound
from grandequipe.core.pages import DEFAULT_LIMIT, Order, Page, paginate
from grandequipe.extensions import db
from grandequipe.feed.models import Kind, Post, PostStatus, Webinar
from grandequipe.feed.queries.visibility import VIEWER, any_like, as_viewer, visible_to
from grandequipe.groups.models import Group, Membership, MembershipState
from grandequipe.groups.queries import remember_tie
from grandequipe.members.models import Member

NEWEST_FIRST = Order(Post.published_at, Post.id)
COMING = timedelta(days=14)
MOST_COMING = 5
# Labels come when they are asked for: who answers a post, or has had it in a letter, does not.
LABELS_LATER = lazyload(Post.themes), lazyload(Post.territories)


def _posts(seen_by: Member | None) -> Select[Post]:
    return (
        select(Post).join(Post.group).options(contains_eager(Post.group)).where(visible_to(seen_by))
    )


def get_post(post_id: int, seen_by: Member | None) -> Post:
    """Get a post with its body, or raise NotFound where there is none for this viewer."""
    return _get(_whole_post(any_like(seen_by)), post_id, seen_by)


def get_post_to_answer(post_id: int, seen_by: Member | None) -> Post:
    """Get the same as it is needed by who says something under it: its words come if asked for."""
    return _get(_bare_post(any_like(seen_by)), post_id, seen_by)


@cache
def _whole_post(viewer: Member | None) -> Select[Post, Membership]:
    return _one_post(viewer).options(undefer(Post.body_html))


@cache
def _bare_post(viewer: Member | None) -> Select[Post, Membership]:
    needed = load_only(Post.group_id, Post.author_id, Post.status)
    return _one_post(viewer).options(needed, lazyload(Post.author))


def _one_post(viewer: Member | None) -> Select[Post, Membership]:
    """Ask for a post and the viewer's tie to its group, which every policy asks for next."""
    tie = and_(Membership.group_id == Post.group_id, Membership.member_id == VIEWER)
    return (
        _posts(viewer)
        .add_columns(Membership)
        .outerjoin(Membership, tie)
        .where(Post.id == bindparam("post", type_=BigInteger))
        .options(*LABELS_LATER, lazyload(Membership.group))
    )


def _get(query: Select[Post, Membership], post_id: int, seen_by: Member | None) -> Post:
    found = db.session.execute(query, {"post": post_id, **as_viewer(seen_by)}).first()
    if found is None:
        raise NotFound
    post, tie = found
    if seen_by is not None:
        remember_tie(seen_by, post.group, tie)
    return post


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
