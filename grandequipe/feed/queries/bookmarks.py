"""Reading what a member keeps, and how they marked some posts: reactions and bookmarks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Select, Text, any_, bindparam, cast, func, literal, select
from sqlalchemy.orm import aliased

from grandequipe.core.windows import DEFAULT_LIMIT, Order, Params, Window, read_window, window_of
from grandequipe.extensions import db
from grandequipe.feed.models import BOOKMARK, Bookmark, Placement, Post, Reaction
from grandequipe.feed.queries.comments import MY_REACTIONS
from grandequipe.feed.queries.post_cards import PostCard, select_cards
from grandequipe.feed.queries.visibility import VIEWER, placeholder_for, published, viewer_params
from grandequipe.groups.models import Group
from grandequipe.groups.queries import readable_by
from grandequipe.members.models import Member
from grandequipe.taxonomies.queries import search_words


@dataclass(frozen=True)
class BookmarkedCard:
    """The card of a post that the viewer keeps, with their note, and since when they do."""

    card: PostCard
    note: str
    created_at: datetime

    @property
    def post_id(self) -> int:
        """Give the post's id: its place among those that were kept at one instant."""
        return self.card.id


def list_bookmarks(
    seen_by: Member, q: str = "", cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Window[BookmarkedCard]:
    """List what the viewer keeps and may still read, the newest first, with every word of `q`.

    A post that several groups read is shown in the one that published it first.
    """
    viewer = placeholder_for(seen_by)
    here = aliased(Placement, name="here")
    first = (
        select(here.id)
        .join(Group, Group.id == here.group_id)
        .where(here.post_id == Bookmark.post_id, published(here), readable_by(viewer))
        .order_by(here.published_at, here.id)
        .limit(1)
        .correlate(Bookmark)
        .scalar_subquery()
    )
    query = (
        select_cards(viewer, Placement, Placement)
        .add_columns(Bookmark.note, Bookmark.created_at)
        .join(Bookmark, Bookmark.post_id == Placement.post_id)
        .where(Bookmark.member_id == VIEWER, Bookmark.removed_at.is_(None), Placement.id == first)
    )
    words = func.concat_ws(
        " ", Post.title, Post.summary, Bookmark.note, Member.display_name, Group.name
    )
    for word in search_words(q):
        found = func.lower(func.unaccent(words))
        query = query.where(found.contains(func.lower(func.unaccent(word))))
    order = Order(Bookmark.created_at, Bookmark.post_id)
    cut = window_of(query, order, goes_on=bool(cursor))
    return read_window(cut, order, cursor, limit, viewer_params(seen_by), load=_bookmarked)


def _bookmarked(query: Select[Any], params: Params) -> Sequence[BookmarkedCard]:
    rows = db.session.execute(query, params)
    return [BookmarkedCard(PostCard(*card), note, at) for *card, note, at in rows]


POSTS = bindparam("posts", type_=ARRAY(BigInteger))
_OWN_BOOKMARKS = select(Bookmark.post_id, literal(BOOKMARK)).where(
    Bookmark.member_id == VIEWER,
    Bookmark.removed_at.is_(None),
    Bookmark.post_id == any_(POSTS),
)
_MY_REACTIONS = MY_REACTIONS.with_only_columns(Reaction.post_id, cast(Reaction.name, Text))
# Marks of packages above: each selects ids of posts and words, of VIEWER, among `POSTS`.
more_marks: list[Select[Any, Any]] = []


@cache
def _my_marks(_number: int) -> Any:
    return _MY_REACTIONS.union_all(_OWN_BOOKMARKS, *more_marks)


def find_marks(
    member: Member | None, posts: Sequence[Post] | Sequence[PostCard]
) -> Mapping[int, set[str]]:
    """Find the reactions of a person to some posts, BOOKMARK where they keep one, `more_marks`."""
    marks: dict[int, set[str]] = {post.id: set() for post in posts}
    if member is None or not posts:
        return marks
    for post_id, name in db.session.execute(
        _my_marks(len(more_marks)), {"posts": list(marks)} | viewer_params(member)
    ):
        marks[post_id].add(name)
    return marks


def find_bookmark(member: Member, post: Post) -> Bookmark | None:
    """Find a person's bookmark of a post, a removed one too."""
    return db.session.get(Bookmark, (member.id, post.id))
