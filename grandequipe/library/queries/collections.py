"""Collections, those that the viewer may see, with the posts in them that they may see.

Guarantee: `visible_to` is the only rule for collections; of what is in them only what
`feed.queries` shows is listed or counted.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, exists, func, literal_column, or_, select
from sqlalchemy.orm import aliased

from grandequipe.core.errors import NotFound
from grandequipe.core.windows import DEFAULT_LIMIT, Order, Window, paginate
from grandequipe.extensions import db
from grandequipe.feed.models import Placement, Post
from grandequipe.feed.queries.post_cards import PostCard, select_cards
from grandequipe.feed.queries.visibility import PUBLISHED, placeholder_for, published, viewer_params
from grandequipe.groups.models import Group, Membership, MembershipState
from grandequipe.groups.queries import MODERATES, readable_by
from grandequipe.library.models import Audience, Collection, CollectionFollow, CollectionItem
from grandequipe.members.models import Member, Viewer

# On the page of their member.
MOST_BESIDE = 10
NEWEST_FIRST = Order(Collection.changed_at, Collection.id)


class CollectedCard(NamedTuple):
    """The card of a post in a collection, with the note that stands there."""

    card: PostCard
    note: str


def visible_to(viewer: Viewer | None) -> ColumnElement[bool]:
    """Say which collections the viewer may see; the query may join neither Group nor Member."""
    readable = select(Group.id).where(readable_by(viewer)).correlate(None)
    of_group = Collection.group_id.in_(readable)
    if viewer is None:
        return or_(of_group, Collection.audience == Audience.EVERYONE)
    for_members = Collection.audience.in_((Audience.EVERYONE, Audience.MEMBERS))
    return or_(of_group, for_members, Collection.owner_id == viewer.id)


def get_collection(collection_id: int, seen_by: Member | None) -> Collection:
    """Get a collection, or raise NotFound where there is none for this viewer."""
    found = db.session.scalar(
        select(Collection).where(Collection.id == collection_id, visible_to(seen_by))
    )
    if found is None:
        raise NotFound
    return found


def list_open(after: int, most: int = 2000) -> Sequence[tuple[int, datetime]]:
    """List the ids after one of the collections that everybody may read, and when they changed."""
    query = select(Collection.id, Collection.changed_at).where(
        Collection.id > after, visible_to(None)
    )
    rows = db.session.execute(query.order_by(Collection.id).limit(most))
    return [(row[0], row[1]) for row in rows]


def list_collections(
    seen_by: Member | None,
    *,
    is_own: bool = False,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Window[Collection]:
    """List the collections that the viewer may see, or manages; the last changed first."""
    query = select(Collection).where(visible_to(seen_by))
    if is_own and seen_by is not None:
        query = query.where(_managed_by(seen_by))
    return paginate(query, NEWEST_FIRST, cursor, limit)


def list_managed(member: Member) -> Sequence[Collection]:
    """List the collections to which a member may add, by title."""
    query = select(Collection).where(_managed_by(member), visible_to(member))
    return db.session.scalars(query.order_by(func.lower(Collection.title), Collection.id)).all()


def list_of_member(owner: Member, seen_by: Member | None) -> Sequence[Collection]:
    """List the last changed of a member's collections that the viewer may see."""
    query = select(Collection).where(Collection.owner_id == owner.id, visible_to(seen_by))
    return db.session.scalars(query.order_by(*_newest()).limit(MOST_BESIDE)).all()


def list_holding(post: Post, seen_by: Member | None) -> Sequence[Collection]:
    """List the collections, that the viewer may see, in which a post stands."""
    here = exists().where(
        CollectionItem.collection_id == Collection.id, CollectionItem.post_id == post.id
    )
    query = select(Collection).where(here, visible_to(seen_by))
    return db.session.scalars(query.order_by(*_newest())).all()


def list_followed(member: Member) -> Sequence[Collection]:
    """List the collections that a member follows and still sees, by title."""
    query = (
        select(Collection)
        .join(CollectionFollow, CollectionFollow.collection_id == Collection.id)
        .where(CollectionFollow.member_id == member.id, visible_to(member))
    )
    return db.session.scalars(query.order_by(func.lower(Collection.title), Collection.id)).all()


def is_followed_by(member: Member | None, collection: Collection) -> bool:
    """Return whether a member follows a collection."""
    if member is None:
        return False
    return db.session.get(CollectionFollow, (member.id, collection.id)) is not None


def count_items(collections: Sequence[Collection], seen_by: Member | None) -> Mapping[int, int]:
    """Count the posts in collections that the viewer sees, by the collections' ids."""
    if not collections:
        return {}
    rows = db.session.execute(
        select(CollectionItem.collection_id, func.count())
        .where(
            CollectionItem.collection_id.in_([each.id for each in collections]),
            is_item_visible(seen_by),
        )
        .group_by(CollectionItem.collection_id)
    )
    return dict(rows.all())


def is_item_visible(viewer: Viewer | None) -> ColumnElement[bool]:
    """Say which items of collections the viewer sees: those that a group of theirs reads."""
    return (
        exists()
        .where(
            Placement.post_id == CollectionItem.post_id,
            PUBLISHED,
            Group.id == Placement.group_id,
            readable_by(viewer),
        )
        .correlate(CollectionItem)
    )


def list_items(collection: Collection, seen_by: Member | None) -> Sequence[CollectedCard]:
    """List the cards of the posts in a collection that the viewer sees, in its order."""
    viewer = placeholder_for(seen_by)
    here = aliased(Placement, name="here")
    first = (
        select(here.id)
        .join(Group, Group.id == here.group_id)
        .where(here.post_id == CollectionItem.post_id, published(here), readable_by(viewer))
        .order_by(here.published_at, here.id)
        .limit(literal_column("1"))
        .correlate(CollectionItem)
        .scalar_subquery()
    )
    query = (
        select_cards(viewer, Placement, Placement)
        .add_columns(CollectionItem.note)
        .join(CollectionItem, CollectionItem.post_id == Placement.post_id)
        .where(CollectionItem.collection_id == collection.id, Placement.id == first)
        .order_by(CollectionItem.position, CollectionItem.post_id)
    )
    rows = db.session.execute(query, viewer_params(seen_by))
    return [CollectedCard(PostCard(*card), note) for *card, note in rows]


def list_item_ids(
    collection_ids: Sequence[int], seen_by: Member | None
) -> Mapping[int, Sequence[int]]:
    """List the ids of the posts in collections that the viewer sees, by the collections' ids."""
    found: dict[int, list[int]] = {}
    if collection_ids:
        rows = db.session.execute(
            select(CollectionItem.collection_id, CollectionItem.post_id)
            .where(CollectionItem.collection_id.in_(collection_ids), is_item_visible(seen_by))
            .order_by(CollectionItem.position, CollectionItem.post_id)
        )
        for collection_id, post_id in rows:
            found.setdefault(collection_id, []).append(post_id)
    return found


def find_item(collection: Collection, post_id: int) -> CollectionItem | None:
    """Find a post in a collection."""
    return db.session.get(CollectionItem, (collection.id, post_id))


def list_moderated_groups(member: Member) -> Sequence[Group]:
    """List the groups in whose name a member makes collections."""
    query = (
        select(Group)
        .join(Membership, Membership.group_id == Group.id)
        .where(
            Membership.member_id == member.id,
            Membership.state == MembershipState.ACTIVE,
            MODERATES,
            Group.archived_at.is_(None),
        )
    )
    return db.session.scalars(query.order_by(func.lower(Group.name), Group.id)).all()


def _managed_by(member: Member) -> ColumnElement[bool]:
    moderated = select(Membership.group_id).where(
        Membership.member_id == member.id,
        Membership.state == MembershipState.ACTIVE,
        MODERATES,
    )
    open_groups = select(Group.id).where(Group.id.in_(moderated), Group.archived_at.is_(None))
    return or_(Collection.owner_id == member.id, Collection.group_id.in_(open_groups))


def _newest() -> tuple[Any, ...]:
    return Collection.changed_at.desc(), Collection.id.desc()
