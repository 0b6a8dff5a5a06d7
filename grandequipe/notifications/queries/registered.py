"""The members registered to a webinar, each with the group in whose name they are notified."""

from collections.abc import Sequence

from sqlalchemy import Select, select

from grandequipe.extensions import db
from grandequipe.feed.models import Placement
from grandequipe.feed.queries.visibility import PUBLISHED
from grandequipe.groups.models import Group
from grandequipe.members.models import Member
from grandequipe.notifications.queries.recipients import is_read_by


def list_groups_of_post(post_id: int) -> Sequence[int]:
    """List the groups that read a post, by their ids."""
    query = select(Placement.group_id).where(Placement.post_id == post_id, PUBLISHED)
    return db.session.scalars(query.order_by(Placement.group_id)).all()


def in_name_of(group_id: int, post_id: int, member_ids: Select[int | None]) -> Select[int]:
    """Select of some members those for whom a group is the first in which they read a post.

    So each of them is notified in the name of one group that they see, and of no other.
    """
    first = (
        select(Placement.group_id)
        .join(Group, Group.id == Placement.group_id)
        .where(Placement.post_id == post_id, PUBLISHED, is_read_by(Member.id))
        .order_by(Placement.group_id)
        .limit(1)
        .correlate(Member)
        .scalar_subquery()
    )
    return select(Member.id).where(Member.id.in_(member_ids), first == group_id)
