"""What is newest in all the viewer's groups, however many groups and posts there are.

Ordered by date over all posts, such a list reads the whole table. So each group gives its newest
few from its own index (LATERAL), and these are merged.
"""

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    and_,
    bindparam,
    func,
    literal_column,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from grandequipe.core.windows import AFTER_AT, AFTER_ID
from grandequipe.feed.models import Kind, Placement
from grandequipe.feed.models.inputs.kinds import LONGEST_WEBINAR
from grandequipe.feed.queries.visibility import VIEWER, published
from grandequipe.groups.models import Membership, MembershipState

COMING = timedelta(days=14)

_INSTANT = DateTime(timezone=True)
_BEGAN, _NOW, _UNTIL = (bindparam(name, type_=_INSTANT) for name in ("began", "now", "until"))
_ONE: Any = literal_column("1", Integer)
_EVER: Any = literal_column("'-infinity'", Placement.published_at.type)


def newest_in_my_groups(kind: Kind | None, goes_on: bool, most: int) -> type[Placement]:
    """Give the `most` newest placements of the viewer's groups, to be joined with what is shown.

    A post that several of these groups read is listed where it was published first. With `goes_on`
    after the place in the list that the statement is asked for. Members of a group read
    it, so no other rule is asked. Only the columns that lists and their joins use are there.
    """
    mine = _my_groups("mine")
    # Of the newest of each group the last that is among the `most` newest: nothing older is listed.
    tops = _newest_of_each(mine, kind, goes_on, 1).subquery("tops")
    since = (
        select(tops.c.published_at)
        .order_by(tops.c.published_at.desc())
        .offset(literal_column(str(most - 1)))
        .limit(literal_column("1"))
        .scalar_subquery()
    )
    few = _newest_of_each(mine, kind, goes_on, most, since).subquery("few")
    # Cut before anything is joined: most of what the groups gave is not shown.
    listed = _first(select(few), few.c.published_at, few.c.post_id, most).subquery("listed")
    return cast(type[Placement], aliased(Placement, listed))


def _newest_of_each(
    mine: Any, kind: Kind | None, goes_on: bool, most: int, since: Any = None
) -> Any:
    """Give the `most` newest placements of each group; with `since`, that instant or later."""
    newest = aliased(Placement, name="newest")
    columns = (newest.post_id, newest.group_id, newest.status, newest.published_at)
    here = select(*columns).where(
        newest.group_id == mine.c.group_id, published(newest), is_first_of_mine(newest)
    )
    if kind is not None:
        here = here.where(newest.kind == kind)
    if goes_on:
        here = here.where(tuple_(newest.published_at, newest.post_id) < tuple_(AFTER_AT, AFTER_ID))
    if since is not None:
        here = here.where(newest.published_at >= func.coalesce(since, _EVER))
    few = _first(here, newest.published_at, newest.post_id, most).lateral()
    return select(few).select_from(mine).join(few, true())


def soonest_in_my_groups(most: int) -> type[Placement]:
    """Give the `most` next webinars of the viewer's groups, each where it was published first.

    The statement is asked with `coming_params`. A webinar begins at one instant in all its groups:
    one that is among the next of all is among the next of each of them, so that the first of its
    placements is chosen last.
    """
    mine = _my_groups("mine")
    coming = aliased(Placement, name="coming")
    number: Any = literal_column(str(most))
    few = (
        select(coming.post_id, coming.group_id, coming.starts_at, coming.published_at, coming.id)
        .where(
            coming.group_id == mine.c.group_id,
            published(coming),
            # From where the longest one that is not over began: the index is read from there on.
            coming.starts_at > _BEGAN,
            coming.starts_at < _UNTIL,
            coming.ends_at > _NOW,
        )
        .order_by(coming.starts_at, coming.post_id)
        .limit(number)
        .lateral("few")
    )
    soonest = (
        select(few)
        .select_from(mine)
        .join(few, true())
        .ext(distinct_on(few.c.starts_at, few.c.post_id))
        .order_by(few.c.starts_at, few.c.post_id, few.c.published_at, few.c.id)
        .limit(number)
        .subquery("soonest")
    )
    return cast(type[Placement], aliased(Placement, soonest))


def coming_params(now: datetime) -> dict[str, datetime]:
    """Say which webinars come: those that are not over and begin within two weeks."""
    return {_BEGAN.key: now - LONGEST_WEBINAR, _NOW.key: now, _UNTIL.key: now + COMING}


def _first(query: Any, at: Any, id: Any, most: int) -> Any:
    # A number, no parameter: of a parameter PostgreSQL expects a tenth of the table.
    return query.order_by(at.desc(), id.desc()).limit(literal_column(str(most)))


def is_first_of_mine(placement: Any) -> ColumnElement[bool]:
    """Say where no other of the viewer's groups published the post before."""
    mine = _my_groups("also_mine")
    earlier = aliased(Placement, name="earlier")
    is_earlier = tuple_(earlier.published_at, earlier.id) < tuple_(
        placement.published_at, placement.id
    )
    before: Any = (
        select(_ONE)
        .select_from(earlier)
        .join(mine, mine.c.group_id == earlier.group_id)
        .where(and_(earlier.post_id == placement.post_id, published(earlier), is_earlier))
        .correlate(placement)
        .limit(_ONE)
        .scalar_subquery()
    )
    # By these words PostgreSQL asks it of each placement that comes, by the index, and expects that
    # most are the first. Of NOT EXISTS it expects half, and may read all placements once a group.
    return cast(ColumnElement[bool], func.coalesce(before, 0) != _ONE)


def _my_groups(name: str) -> Any:
    return (
        select(Membership.group_id)
        .where(Membership.member_id == VIEWER, Membership.state == MembershipState.ACTIVE)
        .subquery(name)
    )
