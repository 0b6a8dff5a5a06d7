"""What is newest in all the viewer's groups, however many groups and posts there are.

Ordered by date over all posts, such a list reads the whole table. So each group gives its newest
few from its own index (LATERAL), and these are merged.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, literal_column, select, true, tuple_
from sqlalchemy.orm import aliased

from grandequipe.core.windows import AFTER_AT, AFTER_ID
from grandequipe.feed.models import Kind, Placement
from grandequipe.feed.queries.visibility import VIEWER, published
from grandequipe.groups.models import Membership, MembershipState


def newest_in_my_groups(kind: Kind | None, goes_on: bool, most: int) -> ColumnElement[bool]:
    """Say which placements may be among the `most` newest of the viewer's groups.

    A post that several of these groups read is listed where it was published first. With `goes_on`
    after the place in the list that the statement is asked for.
    """
    mine = _my_groups("mine")
    newest = aliased(Placement, name="newest")
    here = select(newest.id).where(
        newest.group_id == mine.c.group_id, published(newest), is_first_of_mine(newest)
    )
    if kind is not None:
        here = here.where(newest.kind == kind)
    if goes_on:
        here = here.where(tuple_(newest.published_at, newest.post_id) < tuple_(AFTER_AT, AFTER_ID))
    # A number, no parameter: of a parameter PostgreSQL expects a tenth of the table.
    few = (
        here.order_by(newest.published_at.desc(), newest.post_id.desc())
        .limit(literal_column(str(most)))
        .lateral("few")
    )
    return Placement.id.in_(select(few.c.id).select_from(mine).join(few, true()))


def is_first_of_mine(placement: Any) -> ColumnElement[bool]:
    """Say where no other of the viewer's groups published the post before."""
    mine = _my_groups("also_mine")
    earlier = aliased(Placement, name="earlier")
    is_earlier = tuple_(earlier.published_at, earlier.id) < tuple_(
        placement.published_at, placement.id
    )
    return ~(
        select(earlier.id)
        .join(mine, mine.c.group_id == earlier.group_id)
        .where(and_(earlier.post_id == placement.post_id, published(earlier), is_earlier))
        .correlate(placement)
        .exists()
    )


def _my_groups(name: str) -> Any:
    return (
        select(Membership.group_id)
        .where(Membership.member_id == VIEWER, Membership.state == MembershipState.ACTIVE)
        .subquery(name)
    )
