"""Reading which cards a list shows: of each post its face, which says what its card looks like.

A page of twenty cards that are kept (see `feed.views.cards`) needs nothing more of the twenty
posts, their authors and groups than these few words.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, Self

from sqlalchemy import BigInteger, ColumnElement, Select, bindparam, collate, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from grandequipe.core.windows import DEFAULT_LIMIT, Params, Window, read_window, window_of
from grandequipe.extensions import db
from grandequipe.feed.models import Kind, Post, PostStatus, Webinar
from grandequipe.feed.models.kinds import Call
from grandequipe.feed.models.posts import post_territory
from grandequipe.feed.queries.lists import NEWEST_FIRST
from grandequipe.feed.queries.visibility import (
    IN_MY_GROUPS,
    ViewerPlaceholder,
    placeholder_for,
    viewer_params,
    visible_to,
)
from grandequipe.groups.models import Group
from grandequipe.members.models import Member, Organisation, Viewer
from grandequipe.taxonomies.models import Territory


class PostCard(NamedTuple):
    """Everything that a card shows: two posts of equal faces have equal cards, and only they.

    `version` moves with the post's own words, its comments and its reactions.
    """

    id: int
    version: int
    title: str
    status: PostStatus
    published_at: datetime | None
    edited_at: datetime | None
    ends_at: datetime | None
    deadline: datetime | None
    author_id: int
    author_name: str
    picture_key: str | None
    organisation: str | None
    group_slug: str
    group_name: str
    group_language: str | None
    territories: str | None

    def is_past(self, now: datetime) -> bool:
        """Tell whether the webinar is over, or the call closed."""
        end = self.ends_at or self.deadline
        return end is not None and end <= now

    @classmethod
    def of(cls, post: Post) -> Self:
        """Look at a post."""
        organisation = post.author.organisation
        return cls(
            post.id,
            post.version,
            post.title,
            post.status,
            post.published_at,
            post.edited_at,
            post.ends_at if isinstance(post, Webinar) else None,
            post.deadline if isinstance(post, Call) else None,
            post.author_id,
            post.author.display_name,
            post.author.picture_key,
            organisation.name if organisation else None,
            post.group.slug,
            post.group.name,
            post.group.language,
            "\n".join(sorted(place.label for place in post.territories)) or None,
        )


_POST = Post.__table__
_AS_SORTED = collate(Territory.label, "C")
_PLACES = (
    select(func.string_agg(Territory.label, aggregate_order_by(literal("\n"), _AS_SORTED)))
    .join(post_territory, post_territory.c.territory_code == Territory.code)
    .where(post_territory.c.post_id == Post.id)
    .correlate(Post)
    .scalar_subquery()
)
_LOOK: tuple[Any, ...] = (
    Post.id,
    Post.version,
    Post.title,
    Post.status,
    Post.published_at,
    Post.edited_at,
    # Columns of the table: as attributes of their kinds they would choose that kind alone.
    _POST.c.ends_at,
    _POST.c.deadline,
    Post.author_id,
    Member.display_name,
    Member.picture_key,
    Organisation.name,
    Group.slug,
    Group.name,
    Group.language,
    _PLACES,
)


def list_home_cards(seen_by: Member, kind: Kind | None, cursor: str | None) -> Window[PostCard]:
    """List the faces of what all the viewer's groups published, newest first."""
    query = _of_my_groups(placeholder_for(seen_by), kind, bool(cursor))
    return _read(query, cursor, viewer_params(seen_by))


def list_group_cards(
    group: Group, seen_by: Member | None, kind: Kind | None, cursor: str | None
) -> Window[PostCard]:
    """List the faces of what a group published, newest first; none to who may not read it."""
    query = _of_group(placeholder_for(seen_by), kind, bool(cursor))
    return _read(query, cursor, {"group": group.id, **viewer_params(seen_by)})


@cache
def _of_my_groups(
    viewer: ViewerPlaceholder | None, kind: Kind | None, goes_on: bool
) -> Select[Any]:
    return _look(viewer, kind, IN_MY_GROUPS, goes_on)


@cache
def _of_group(viewer: ViewerPlaceholder | None, kind: Kind | None, goes_on: bool) -> Select[Any]:
    here = Post.group_id == bindparam("group", type_=BigInteger)
    return _look(viewer, kind, here, goes_on)


def _look(
    viewer: Viewer | None, kind: Kind | None, where: ColumnElement[bool], goes_on: bool
) -> Select[Any]:
    query = (
        select(*_LOOK)
        .join(Post.group)
        .join(Post.author)
        .outerjoin(Member.organisation)
        .where(visible_to(viewer), Post.status == PostStatus.PUBLISHED, where)
    )
    if kind is not None:
        query = query.where(Post.kind == kind)
    return window_of(query, NEWEST_FIRST, goes_on=goes_on)


def _read(query: Select[Any], cursor: str | None, params: Params) -> Window[PostCard]:
    return read_window(query, NEWEST_FIRST, cursor, DEFAULT_LIMIT, params, load=_cards)


def _cards(query: Select[Any], params: Params) -> Sequence[PostCard]:
    return [PostCard(*row) for row in db.session.execute(query, params)]
