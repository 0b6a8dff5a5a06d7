"""Finding groups, by name and by what an administrator does with them."""

from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select

from grandequipe.core.windows import Order, Window, paginate
from grandequipe.extensions import db
from grandequipe.groups.models import Group, GroupReview, Membership, Role
from grandequipe.members.models import Member
from grandequipe.taxonomies.queries import search_words


class GroupFilter(StrEnum):
    """The lists of groups."""

    PENDING = "pending"
    REFUSED = "refused"
    FEATURED = "featured"
    ARCHIVED = "archived"


CONDITIONS: Mapping[GroupFilter, ColumnElement[bool]] = {
    GroupFilter.PENDING: Group.review == GroupReview.PENDING,
    GroupFilter.REFUSED: Group.review == GroupReview.REFUSED,
    GroupFilter.FEATURED: Group.featured_rank.is_not(None),
    GroupFilter.ARCHIVED: Group.archived_at.is_not(None),
}


def find_groups(q: str, filter: GroupFilter | None, cursor: str | None) -> Window[Group]:
    """Find groups that have every word of `q` in their names, newest first.

    Featured ones are all given, in their order on the landing page.
    """
    query = select(Group)
    if filter is not None:
        query = query.where(CONDITIONS[filter])
    for word in search_words(q):
        name = func.lower(func.unaccent(Group.name))
        query = query.where(name.contains(func.lower(func.unaccent(word)), autoescape=True))
    if filter is GroupFilter.FEATURED:
        return Window(db.session.scalars(query.order_by(Group.featured_rank)).all(), None)
    return paginate(query, Order(Group.created_at, Group.id), cursor)


def count_pending() -> int:
    """Count the groups that no administrator has seen."""
    pending = select(func.count(Group.id)).where(Group.review == GroupReview.PENDING)
    return db.session.scalar(pending) or 0


def get_owners_of(groups: Window[Group]) -> Mapping[int, list[str]]:
    """Give the names of the owners of groups, by group id."""
    rows = db.session.execute(
        select(Membership.group_id, Member.display_name)
        .join(Membership.member)
        .where(
            Membership.group_id.in_([group.id for group in groups.items]),
            Membership.role == Role.OWNER,
        )
        .order_by(Member.display_name)
    )
    names: dict[int, list[str]] = {}
    for group_id, name in rows:
        names.setdefault(group_id, []).append(name)
    return names
