"""Reading groups.

Guarantee: `visible_to` and `readable_by` are the only rules that say which groups a viewer
finds and which they read; every list, page, feed, letter and socket asks one of the two.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select, true

from grandequipe.core.errors import NotFound
from grandequipe.core.events import Stream
from grandequipe.core.windows import DEFAULT_LIMIT, Order, Window, paginate
from grandequipe.extensions import db
from grandequipe.groups.models import Group, Membership, MembershipState, Visibility
from grandequipe.members.models import Member, Viewer
from grandequipe.taxonomies.queries import search_words

PUBLIC_HEAD = (
    select(Group.id, Group.created_at, Stream.last_position)
    .join(Stream, Stream.name == func.concat("group:", Group.id))
    .where(Group.slug == bindparam("slug"), Group.visibility == Visibility.PUBLIC)
)
_BELONGS = Membership.state == MembershipState.ACTIVE
_IS_INVITED = Membership.state == MembershipState.INVITED


def visible_to(viewer: Viewer | None) -> ColumnElement[bool]:
    """Say which groups exist for the viewer: not the hidden ones that they have no part in."""
    if viewer is not None and viewer.is_admin:
        return true()
    listed = Group.visibility != Visibility.HIDDEN
    if viewer is None:
        return listed
    return or_(listed, Group.id.in_(_with_a_part_of(viewer)))


def readable_by(viewer: Viewer | None) -> ColumnElement[bool]:
    """Say which groups' posts, members and facts the viewer reads."""
    if viewer is not None and viewer.is_admin:
        return true()
    public = Group.visibility == Visibility.PUBLIC
    if viewer is None:
        return public
    return or_(public, Group.id.in_(_groups_of(viewer, _BELONGS)))


def _with_a_part_of(member: Viewer) -> Select[int]:
    return _groups_of(member, or_(_BELONGS, _IS_INVITED))


def _groups_of(member: Viewer, membership: ColumnElement[bool]) -> Select[int]:
    return select(Membership.group_id).where(Membership.member_id == member.id, membership)


def get_group(slug: str, seen_by: Member | None) -> Group:
    """Get a group by its slug, or raise NotFound where there is none for this viewer."""
    found = db.session.scalar(select(Group).where(Group.slug == slug, visible_to(seen_by)))
    if found is None:
        raise NotFound
    return found


def find_group(group_id: int) -> Group | None:
    """Find a group by its id."""
    return db.session.get(Group, group_id)


def list_slugs(group_ids: Iterable[int], seen_by: Member | None) -> Mapping[int, str]:
    """Give the address of each of these groups that the viewer finds."""
    rows = db.session.execute(
        select(Group.id, Group.slug).where(Group.id.in_(list(group_ids)), visible_to(seen_by))
    )
    return dict(rows.all())


def find_public_head(slug: str) -> tuple[int, datetime, int] | None:
    """Find a public group's id and birth, and where its stream ends, in one short statement."""
    row = db.session.execute(PUBLIC_HEAD, {"slug": slug}).first()
    return (row[0], row[1], row[2]) if row else None


def list_groups(
    seen_by: Member | None,
    q: str = "",
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
    beside: Member | None = None,
) -> Window[Group]:
    """List the groups that the viewer finds, newest first, those with every word of `q`.

    With `beside` those that this member belongs or is invited to are left out: the page has
    listed them already.
    """
    query = _found(seen_by, q)
    if beside is not None:
        query = query.where(Group.id.not_in(_with_a_part_of(beside)))
    return paginate(query, Order(Group.created_at, Group.id), cursor, limit)


def count_groups(seen_by: Member | None, q: str) -> int:
    """Count the groups that the viewer finds with every word of `q`."""
    found = _found(seen_by, q).with_only_columns(func.count(Group.id)).order_by(None)
    return db.session.scalar(found) or 0


def _found(seen_by: Member | None, q: str) -> Select[Group]:
    query = select(Group).where(visible_to(seen_by))
    for word in search_words(q):
        words = func.lower(func.unaccent(Group.name + " " + Group.description))
        query = query.where(words.contains(func.lower(func.unaccent(word))))
    return query


def find_group_of_name(name: str, seen_by: Member) -> Group | None:
    """Find the newest group of a name, whatever its case and accents, that the viewer finds."""
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
    """List the groups that everyone reads, those with the most members first."""
    return db.session.scalars(
        select(Group)
        .where(readable_by(None))
        .order_by(Group.member_count.desc(), Group.id)
        .limit(limit)
    ).all()
