"""Reading the posts of feeds, those that their reader may see."""

from collections.abc import Iterable, Sequence
from functools import cache

from sqlalchemy import ARRAY, BigInteger, Select, any_, bindparam, select
from sqlalchemy.orm import undefer

from grandequipe.extensions import db
from grandequipe.feed.models import Post
from grandequipe.feed.queries.visibility import (
    PUBLISHED,
    ViewerPlaceholder,
    placed,
    placeholder_for,
    shown_to,
    viewer_params,
)
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
