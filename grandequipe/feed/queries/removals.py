"""Queries of bulk removals, for the moderators of the group."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from grandequipe.core.errors import NotFound
from grandequipe.core.windows import DEFAULT_LIMIT, Order, Window, paginate
from grandequipe.extensions import db
from grandequipe.feed.models import Removal
from grandequipe.groups.models import Group


def list_removals(
    group: Group, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Window[Removal]:
    """List the bulk removals in a group, newest first."""
    query = (
        select(Removal)
        .options(joinedload(Removal.member), joinedload(Removal.removed_by))
        .where(Removal.group_id == group.id)
    )
    return paginate(query, Order(Removal.at, Removal.id), cursor, limit)


def get_removal(removal_id: int, group: Group) -> Removal:
    """Get a removal of a group; raise NotFound for any other."""
    found = db.session.get(Removal, removal_id)
    if found is None or found.group_id != group.id:
        raise NotFound
    return found
