"""Queries of groups.

Guarantee: `visible_to` and `readable_by` are the only rules for the groups that a viewer finds
and those that they read; every list, page, feed, digest and socket uses one of the two.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select, true
from sqlalchemy.orm import aliased, lazyload

from grandequipe.core.connections import read_alone
from grandequipe.core.errors import NotFound
from grandequipe.core.events import Stream
from grandequipe.core.windows import DEFAULT_LIMIT, Order, Window, paginate
from grandequipe.extensions import db
from grandequipe.groups.models import Group, Membership, MembershipState, Visibility
from grandequipe.groups.queries.memberships import remember_membership
from grandequipe.members.models import Member, Viewer
from grandequipe.members.queries import PROFILE_REVISION
from grandequipe.taxonomies.queries import search_words

PUBLIC_HEAD = (
    select(Group.id, Group.created_at, Stream.last_position, PROFILE_REVISION)
    .join(Stream, Stream.id == Group.stream_id)
    .where(Group.slug == bindparam("slug"), Group.visibility == Visibility.PUBLIC)
)
_BELONGS = Membership.state == MembershipState.ACTIVE
_IS_INVITED = Membership.state == MembershipState.INVITED


def visible_to(viewer: Viewer | None) -> ColumnElement[bool]:
    """Filter the groups that the viewer finds: hidden ones only as a member or invited."""
    if viewer is not None and viewer.is_admin:
        return true()
    listed = Group.visibility != Visibility.HIDDEN
    if viewer is None:
        return listed
    return or_(listed, Group.id.in_(_groups_joined_or_invited(viewer)))


def listed_to(viewer: Viewer | None) -> ColumnElement[bool]:
    """Filter the groups that stand in lists: new ones that wait are read by their address alone.

    Their own members and administrators have them in lists, too.
    """
    if viewer is not None and viewer.is_admin:
        return true()
    seen = Group.review.is_(None)
    if viewer is None:
        return seen
    return or_(seen, Group.id.in_(_groups_joined_or_invited(viewer)))


def readable_by(viewer: Viewer | None) -> ColumnElement[bool]:
    """Filter the groups whose posts, members and events the viewer reads."""
    if viewer is not None and viewer.is_admin:
        return true()
    public = Group.visibility == Visibility.PUBLIC
    if viewer is None:
        return public
    return or_(public, Group.id.in_(_groups_of(viewer, _BELONGS)))


def _groups_joined_or_invited(member: Viewer) -> Select[int]:
    return _groups_of(member, or_(_BELONGS, _IS_INVITED))


def _groups_of(member: Viewer, membership: ColumnElement[bool]) -> Select[int]:
    return select(Membership.group_id).where(Membership.member_id == member.id, membership)


def get_group(slug: str, seen_by: Member | None) -> Group:
    """Get a group by its slug, or raise NotFound where there is none for this viewer."""
    found = db.session.scalar(select(Group).where(Group.slug == slug, visible_to(seen_by)))
    if found is None:
        raise NotFound
    return found


def get_group_and_own_membership(slug: str, member: Member) -> Group:
    """Get a group as `get_group` does, and remember the viewer's membership: one statement."""
    own = aliased(Membership)
    row = db.session.execute(
        select(Group, own)
        .outerjoin(own, (own.group_id == Group.id) & (own.member_id == member.id))
        .options(lazyload(own.group))
        .where(Group.slug == slug, visible_to(member))
    ).one_or_none()
    if row is None:
        raise NotFound
    remember_membership(member, row[0], row[1])
    found: Group = row[0]
    return found


def find_group(group_id: int) -> Group | None:
    """Find a group by its id."""
    return db.session.get(Group, group_id)


def list_slugs(group_ids: Iterable[int], seen_by: Member | None) -> Mapping[int, str]:
    """Give the slugs, by id, of those of these groups that the viewer finds."""
    rows = db.session.execute(
        select(Group.id, Group.slug).where(Group.id.in_(list(group_ids)), visible_to(seen_by))
    )
    return dict(rows.all())


def find_public_head(slug: str) -> tuple[int, datetime, int, int | None] | None:
    """Find what a kept page of a public group depends on, in one short statement.

    That is the group's id, creation time and last stream position, and the revision of profiles.
    """
    rows = read_alone(PUBLIC_HEAD, {"slug": slug})
    return (rows[0][0], rows[0][1], rows[0][2], rows[0][3]) if rows else None


def list_groups(
    seen_by: Member | None,
    q: str = "",
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
    beside: Member | None = None,
    *,
    archived: bool = False,
) -> Window[Group]:
    """List the groups that the viewer finds and that have every word of `q`, newest first.

    `beside` leaves out those that this member belongs or is invited to: the page lists them
    separately. Active groups, or with `archived` the others.
    """
    query = _found(seen_by, q, archived)
    if beside is not None:
        query = query.where(Group.id.not_in(_groups_joined_or_invited(beside)))
    return paginate(query, Order(Group.created_at, Group.id), cursor, limit)


def count_groups(seen_by: Member | None, q: str, *, archived: bool = False) -> int:
    """Count the groups that the viewer finds and that have every word of `q`."""
    found = _found(seen_by, q, archived).with_only_columns(func.count(Group.id)).order_by(None)
    return db.session.scalar(found) or 0


def _found(seen_by: Member | None, q: str, archived: bool) -> Select[Group]:
    is_listed = Group.archived_at.is_not(None) if archived else Group.archived_at.is_(None)
    query = select(Group).where(visible_to(seen_by), listed_to(seen_by), is_listed)
    for word in search_words(q):
        words = func.lower(func.unaccent(Group.name + " " + Group.description))
        query = query.where(words.contains(func.lower(func.unaccent(word))))
    return query


def find_group_of_name(name: str, seen_by: Member) -> Group | None:
    """Find the newest group of this name, regardless of case and accents, among the visible."""
    return db.session.scalar(
        select(Group)
        .where(
            func.lower(func.unaccent(Group.name)) == func.lower(func.unaccent(name.strip())),
            visible_to(seen_by),
        )
        .order_by(Group.id.desc())
        .limit(1)
    )


def list_public_groups(limit: int) -> Sequence[Group]:
    """List active public groups: the featured ones, then those with the most members."""
    return db.session.scalars(
        select(Group)
        .where(readable_by(None), listed_to(None), Group.archived_at.is_(None))
        .order_by(Group.featured_rank.nulls_last(), Group.member_count.desc(), Group.id)
        .limit(limit)
    ).all()
