"""Reading lists of posts, those that the viewer may see."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import cache

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    Select,
    any_,
    bindparam,
    select,
)
from sqlalchemy.orm import contains_eager, lazyload

from grandequipe.core import clock
from grandequipe.core.windows import (
    DEFAULT_LIMIT,
    Order,
    TwoWayWindow,
    Window,
    read_in_time,
    read_window,
    window_of,
)
from grandequipe.extensions import db
from grandequipe.feed.models import Kind, Post, PostStatus, Webinar
from grandequipe.feed.queries.posts import LABELS_LATER, posts_for
from grandequipe.feed.queries.visibility import (
    IN_MY_GROUPS,
    ViewerPlaceholder,
    placeholder_for,
    viewer_params,
    visible_to,
)
from grandequipe.groups.models import Group
from grandequipe.members.models import Member, Viewer

NEWEST_FIRST = Order(Post.published_at, Post.id)
IN_TIME = Order(Post.created_at, Post.id)
COMING = timedelta(days=14)
MOST_COMING = 5


def list_posts(ids: Iterable[int], seen_by: Member | None) -> Sequence[Post]:
    """List those of the given posts that are published and that the viewer may see."""
    query = _these(placeholder_for(seen_by)).options(*LABELS_LATER)
    return db.session.scalars(query, {"ids": list(ids), **viewer_params(seen_by)}).all()


def list_posts_for_cards(ids: Iterable[int], seen_by: Member | None) -> Sequence[Post]:
    """List the same with the territories, which cards show, but not the themes."""
    query = _these(placeholder_for(seen_by)).options(lazyload(Post.themes))
    return db.session.scalars(query, {"ids": list(ids), **viewer_params(seen_by)}).all()


@cache
def _these(viewer: ViewerPlaceholder | None) -> Select[Post]:
    # One array, not a word each: the statement stays the same, and so does its plan.
    wanted = Post.id == any_(bindparam("ids", type_=ARRAY(BigInteger)))
    query = posts_for(viewer).where(wanted, Post.status == PostStatus.PUBLISHED)
    return query.order_by(Post.published_at.desc(), Post.id.desc())


def list_group_posts(
    group: Group,
    seen_by: Member | None,
    kind: Kind | None = None,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Window[Post]:
    """List the published posts of a group, newest first; none to whoever may not read it."""
    query = _of_group(placeholder_for(seen_by), kind, bool(cursor))
    params = {"group": group.id, **viewer_params(seen_by)}
    return read_window(query, NEWEST_FIRST, cursor, limit, params)


def list_home_posts(
    seen_by: Member,
    kind: Kind | None = None,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Window[Post]:
    """List the published posts of all groups that the viewer is a member of, newest first."""
    query = _of_my_groups(placeholder_for(seen_by), kind, bool(cursor))
    return read_window(query, NEWEST_FIRST, cursor, limit, viewer_params(seen_by))


@cache
def _of_group(viewer: ViewerPlaceholder | None, kind: Kind | None, goes_on: bool) -> Select[Post]:
    here = Post.group_id == bindparam("group", type_=BigInteger)
    return _page(viewer, kind, here, goes_on)


@cache
def _of_my_groups(
    viewer: ViewerPlaceholder | None, kind: Kind | None, goes_on: bool
) -> Select[Post]:
    return _page(viewer, kind, IN_MY_GROUPS, goes_on)


def _page(
    viewer: Viewer | None,
    kind: Kind | None,
    where: ColumnElement[bool],
    goes_on: bool,
) -> Select[Post]:
    """Choose what the viewer may read, of one kind or all."""
    query = posts_for(viewer).where(Post.status == PostStatus.PUBLISHED, where)
    if kind is not None:
        query = query.where(Post.kind == kind)
    return window_of(query, NEWEST_FIRST, goes_on=goes_on)


def list_pending_posts(
    group: Group, seen_by: Member, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> TwoWayWindow[Post]:
    """List what waits for a moderator, oldest first; raise Invalid for a wrong cursor."""
    query = posts_for(seen_by).where(Post.group_id == group.id, Post.status == PostStatus.PENDING)
    return read_in_time(query, IN_TIME, limit, cursor)


def list_coming_webinars(seen_by: Member) -> Sequence[Webinar]:
    """List the next webinars of the viewer's groups within two weeks, the first one first."""
    now = clock.now()
    params = {"now": now, "until": now + COMING, **viewer_params(seen_by)}
    return db.session.scalars(_coming(placeholder_for(seen_by)), params).all()


@cache
def _coming(viewer: ViewerPlaceholder | None) -> Select[Webinar]:
    instant = DateTime(timezone=True)
    return (
        select(Webinar)
        .join(Group, Webinar.group_id == Group.id)
        .where(
            visible_to(viewer),
            IN_MY_GROUPS,
            Webinar.status == PostStatus.PUBLISHED,
            Webinar.ends_at > bindparam("now", type_=instant),
            Webinar.starts_at < bindparam("until", type_=instant),
        )
        .options(
            contains_eager(Webinar.group),
            lazyload(Webinar.author),
            lazyload(Webinar.themes),
            lazyload(Webinar.territories),
        )
        .order_by(Webinar.starts_at, Webinar.id)
        .limit(MOST_COMING)
    )
