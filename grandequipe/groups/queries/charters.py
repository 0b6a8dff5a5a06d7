"""Queries of what a group says to those who join it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from grandequipe.core.errors import NotFound
from grandequipe.extensions import db
from grandequipe.groups.models import Charter, Group, Welcome


def find_charter(group: Group) -> Charter | None:
    """Find the charter that holds, or None."""
    if not group.charter_version:
        return None
    return db.session.scalar(
        select(Charter).where(
            Charter.group_id == group.id, Charter.version == group.charter_version
        )
    )


def get_charter(group: Group, version: int) -> Charter:
    """Get a version of the charter of a group, or raise NotFound."""
    found = db.session.scalar(
        select(Charter)
        .options(joinedload(Charter.published_by))
        .where(Charter.group_id == group.id, Charter.version == version)
    )
    if found is None:
        raise NotFound
    return found


def list_charters(group: Group) -> Sequence[Charter]:
    """List the versions of a charter, newest first, without who published them."""
    return db.session.scalars(
        select(Charter).where(Charter.group_id == group.id).order_by(Charter.version.desc())
    ).all()


def find_welcome(group: Group) -> Welcome:
    """Find what a group sends and asks; an empty one where nothing was set."""
    return db.session.get(Welcome, group.id) or Welcome(
        group_id=group.id, body_html="", language=None, questions=[]
    )
