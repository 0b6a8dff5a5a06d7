"""Reading lists of posts, those that the viewer may see."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Row,
    Select,
    and_,
    any_,
    bindparam,
    select,
)
from sqlalchemy.orm import contains_eager, lazyload

from grandequipe.core import clock
from grandequipe.core.windows import (
    DEFAULT_LIMIT,
    LARGEST_LIMIT,
    Order,
    Params,
    TwoWayWindow,
    Window,
    read_in_time,
    read_window,
    window_of,
)
from grandequipe.extensions import db
from grandequipe.feed.models import Kind, Placement, PlacementStatus, Post
from grandequipe.feed.queries.holds import IS_HELD
from grandequipe.feed.queries.home import coming_params, newest_in_my_groups, soonest_in_my_groups
from grandequipe.feed.queries.visibility import (
    LISTED,
    PUBLISHED,
    ViewerPlaceholder,
    placed,
    placeholder_for,
    shown_to,
    viewer_params,
)
from grandequipe.groups.models import Group
from grandequipe.groups.queries import readable_by
from grandequipe.members.models import Member


def newest_first(listed: type[Placement]) -> Order:
    """Order placements, wherever they are read from, by when they were published."""
    return Order(listed.published_at, listed.post_id)


NEWEST_FIRST = newest_first(Placement)
IN_TIME = Order(Placement.created_at, Placement.id)
MOST_COMING = 5

PlacedPosts = Select[Any]


class ComingDate(NamedTuple):
    """A post whose date is to come, and the first of the viewer's groups that announced it."""

    post: Post
    group: Group


def list_posts_for_cards(ids: Iterable[int], seen_by: Member | None) -> Sequence[Post]:
    """List those of the given posts that are published and that the viewer may see.

    The territories, which cards show, come with them, but neither the themes nor the groups.
    """
    query = _these(placeholder_for(seen_by)).options(
        lazyload(Post.themes), lazyload(Post.placements)
    )
    return db.session.scalars(query, {"ids": list(ids), **viewer_params(seen_by)}).all()


def list_posts_by_id(ids: Iterable[int], seen_by: Member | None) -> Sequence[Post]:
    """List the same, with their themes and placements."""
    query = _these(placeholder_for(seen_by))
    return db.session.scalars(query, {"ids": list(ids), **viewer_params(seen_by)}).all()


@cache
def _these(viewer: ViewerPlaceholder | None) -> Select[Post]:
    # One array, not a word each: the statement stays the same, and so does its plan.
    wanted = Post.id == any_(bindparam("ids", type_=ARRAY(BigInteger)))
    return select(Post).where(wanted, placed(shown_to(viewer), PUBLISHED))


def list_group_posts(
    group: Group,
    seen_by: Member | None,
    kind: Kind | None = None,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Window[Post]:
    """List the published posts of a group, newest first; none for viewers who may not read it."""
    query = _of_group(placeholder_for(seen_by), kind, bool(cursor))
    params = {"group": group.id, **viewer_params(seen_by)}
    return _read(query, cursor, limit, params)


def list_home_posts(
    seen_by: Member,
    kind: Kind | None = None,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Window[Post]:
    """List the published posts of all groups that the viewer is a member of, newest first."""
    query = _of_my_groups(kind, bool(cursor))
    return _read(query, cursor, limit, viewer_params(seen_by))


@cache
def _of_group(viewer: ViewerPlaceholder | None, kind: Kind | None, goes_on: bool) -> PlacedPosts:
    here = Placement.group_id == bindparam("group", type_=BigInteger)
    query = _posts(Placement).join(Placement.group).where(LISTED, readable_by(viewer), here)
    if kind is not None:
        query = query.where(Placement.kind == kind)
    return window_of(query, NEWEST_FIRST, goes_on=goes_on)


@cache
def _of_my_groups(kind: Kind | None, goes_on: bool) -> PlacedPosts:
    listed = newest_in_my_groups(kind, goes_on, LARGEST_LIMIT + 1)
    return window_of(_posts(listed), newest_first(listed), goes_on=False)


def _posts(listed: type[Placement]) -> Any:
    return select(Post, listed.published_at, listed.post_id).join(listed.post)


def _read(query: PlacedPosts, cursor: str | None, limit: int, params: Params) -> Window[Post]:
    """Read a page of posts, each at its place among the placements."""
    page = read_window(query, NEWEST_FIRST, cursor, limit, params, load=_rows)
    return Window([row[0] for row in page.items], page.next)


def _rows(query: PlacedPosts, params: Params) -> Sequence[Row[Any]]:
    return db.session.execute(query, params).all()


def list_pending_placements(
    group: Group, seen_by: Member, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> TwoWayWindow[Placement]:
    """List what waits for a moderator, oldest first; raise Invalid for a wrong cursor."""
    pending = and_(Placement.status == PlacementStatus.PENDING, Placement.listed)
    query = (
        select(Placement)
        .join(Placement.post)
        .join(Placement.group)
        .options(
            contains_eager(Placement.post).lazyload(Post.placements),
            contains_eager(Placement.group),
        )
        .where(Placement.group_id == group.id, pending, ~IS_HELD, shown_to(seen_by))
    )
    return read_in_time(query, IN_TIME, limit, cursor)


def list_coming_dates(seen_by: Member) -> Sequence[ComingDate]:
    """List the next dates of the viewer's groups within two weeks, the first one first."""
    params = {**coming_params(clock.now()), **viewer_params(seen_by)}
    return [ComingDate(*row) for row in db.session.execute(COMING_DATES, params)]


_SOONEST = soonest_in_my_groups(MOST_COMING)
COMING_DATES = (
    select(Post, Group)
    .join(_SOONEST, _SOONEST.post_id == Post.id)
    .join(Group, Group.id == _SOONEST.group_id)
    .options(
        lazyload(Post.placements),
        lazyload(Post.author),
        lazyload(Post.counters),
        lazyload(Post.themes),
        lazyload(Post.territories),
    )
    .order_by(_SOONEST.starts_at, Post.id)
)
