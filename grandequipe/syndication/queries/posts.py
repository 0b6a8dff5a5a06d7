"""Reading the posts of feeds and embedded lists, those that their reader may see."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, BigInteger, Select, any_, bindparam, select
from sqlalchemy.orm import undefer

from grandequipe.extensions import db
from grandequipe.feed.models import Kind, Placement, Post
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

_THESE = Post.id == any_(bindparam("ids", type_=ARRAY(BigInteger)))


def list_whole_posts(ids: Iterable[int], seen_by: Member | None) -> Sequence[Post]:
    """List those of some posts that are published and shown to the viewer, with their texts."""
    params = {"ids": list(ids), **viewer_params(seen_by)}
    return db.session.scalars(_whole(placeholder_for(seen_by)), params).all()


def find_public(ids: Iterable[int]) -> frozenset[int]:
    """Find which of some posts everybody may read."""
    return frozenset(db.session.scalars(_public(), {"ids": list(ids), **viewer_params(None)}))


@cache
def _whole(viewer: ViewerPlaceholder | None) -> Select[Post]:
    query = select(Post).where(_THESE, placed(shown_to(viewer), PUBLISHED))
    return query.options(undefer(Post.body_html))


@cache
def _public() -> Select[int]:
    return select(Post.id).where(_THESE, placed(shown_to(None), PUBLISHED))


class ListedPost(NamedTuple):
    """What a line of an embedded list shows of a post."""

    id: int
    kind: Kind
    title: str
    language: str | None
    published_at: datetime


def list_newest_public(group: Group, kinds: Collection[Kind], most: int) -> Sequence[ListedPost]:
    """List the newest posts of a group of some kinds, or all; none of one that is not public."""
    query: Any = (
        select(Post.id, Placement.kind, Post.title, Post.language, Placement.published_at)
        .select_from(Placement)
        .join(Placement.post)
        .join(Placement.group)
        .where(Placement.group_id == group.id, LISTED, readable_by(None))
        .order_by(Placement.published_at.desc(), Placement.post_id.desc())
        .limit(most)
    )
    if kinds:
        query = query.where(Placement.kind.in_(kinds))
    return [ListedPost(*row) for row in db.session.execute(query)]
