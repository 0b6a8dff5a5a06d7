"""What is newest in all the viewer's groups, however many groups and posts there are.

Ordered by date over all posts, such a list reads the whole table. So each group gives its newest
few from its own index (LATERAL), and these are merged. So does each theme and territory that the
viewer follows, with public posts that no group of theirs reads.
"""

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    Text,
    and_,
    bindparam,
    func,
    inspect,
    literal,
    literal_column,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by, distinct_on
from sqlalchemy.orm import aliased

from grandequipe.core.windows import AFTER_AT, AFTER_ID, DEFAULT_LIMIT
from grandequipe.feed.models import Kind, LabelFollow, Placement, PlacementLabel
from grandequipe.feed.models.inputs.kinds import LONGEST_WEBINAR
from grandequipe.feed.queries.visibility import PUBLISHED, VIEWER, published
from grandequipe.groups.models import Group, Membership, MembershipState, Visibility

COMING = timedelta(days=14)
# Of each label, as many as a page of a home can show, and the one that says whether more follow.
MOST_FOLLOWED = DEFAULT_LIMIT + 1

_INSTANT = DateTime(timezone=True)
_BEGAN, _NOW, _UNTIL = (bindparam(name, type_=_INSTANT) for name in ("began", "now", "until"))
_ONE: Any = literal_column("1", Integer)
_EVER: Any = literal_column("'-infinity'", Placement.published_at.type)
_NO_LABEL: Any = literal_column("NULL::text", Text)
_PUBLIC: Any = literal_column(f"'{Visibility.PUBLIC}'", Group.visibility.type)


def newest_in_my_groups(kind: Kind | None, goes_on: bool, most: int) -> type[Placement]:
    """Give the `most` newest placements of the viewer's home, to be joined with what is shown.

    A post that several of these groups read is listed where it was published first. With `goes_on`
    after the place in the list that the statement is asked for. Members of a group read it, so no
    other rule is asked of those. Only the columns that lists and their joins use are there, and
    `label_of` what the viewer follows.
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
    few = union_all(
        _newest_of_each(mine, kind, goes_on, most, since),
        select(_newest_followed(kind, goes_on, most, since).subquery("followed")),
    ).subquery("few")
    # Cut before anything is joined: most of what the groups gave is not shown.
    listed = _first(select(few), few.c.published_at, few.c.post_id, most).subquery("listed")
    return cast(type[Placement], aliased(Placement, listed))


def _newest_of_each(
    mine: Any, kind: Kind | None, goes_on: bool, most: int, since: Any = None
) -> Any:
    """Give the `most` newest placements of each group; with `since`, that instant or later."""
    newest = aliased(Placement, name="newest")
    columns = (newest.post_id, newest.group_id, newest.status, newest.published_at)
    here = select(*columns, _NO_LABEL.label("label")).where(
        newest.group_id == mine.c.group_id,
        published(newest),
        newest.listed,
        is_first_of_mine(newest),
    )
    if kind is not None:
        here = here.where(newest.kind == kind)
    if goes_on:
        here = here.where(tuple_(newest.published_at, newest.post_id) < tuple_(AFTER_AT, AFTER_ID))
    if since is not None:
        here = here.where(newest.published_at >= func.coalesce(since, _EVER))
    few = _first(here, newest.published_at, newest.post_id, most).lateral()
    return select(few).select_from(mine).join(few, true())


def label_of(listed: type[Placement]) -> ColumnElement[str | None]:
    """Give the label for which a placement is listed, NULL where a group of the viewer's reads it.

    `listed` is what `newest_in_my_groups` gave.
    """
    return cast(ColumnElement[str | None], inspect(listed).selectable.c.label)


def _newest_followed(kind: Kind | None, goes_on: bool, most: int, since: Any = None) -> Any:
    """Give the newest placements of what the viewer follows, each once, under one label."""
    here = labelled_elsewhere(LabelFollow.label, "followed_here")
    listed = PlacementLabel
    if kind is not None:
        here = here.where(listed.kind == kind)
    if goes_on:
        here = here.where(tuple_(listed.published_at, listed.post_id) < tuple_(AFTER_AT, AFTER_ID))
    if since is not None:
        here = here.where(listed.published_at >= func.coalesce(since, _EVER))
    here = here.correlate(LabelFollow)
    few = _first(here, listed.published_at, listed.post_id, most).lateral("of_label")
    return (
        select(few.c.post_id, few.c.group_id, few.c.status, few.c.published_at, LabelFollow.label)
        .select_from(LabelFollow)
        .join(few, true())
        .where(LabelFollow.member_id == VIEWER)
        .ext(distinct_on(few.c.post_id))
        .order_by(few.c.post_id, LabelFollow.followed_at, LabelFollow.label)
    )


def labelled_elsewhere(label: Any, name: str) -> Any:
    """Choose the placements under a label in public groups, of posts that no own group reads.

    A post that several public groups read is chosen where it was published first.
    """
    here = aliased(Placement, name=name)
    return (
        select(here.post_id, here.group_id, here.status, here.published_at)
        .select_from(PlacementLabel)
        .join(here, here.id == PlacementLabel.placement_id)
        .where(PlacementLabel.label == label, here.listed, is_elsewhere(here))
    )


def is_elsewhere(placement: Any) -> ColumnElement[bool]:
    """Say where a post is public, and in no group of the viewer's, by the first such placement."""
    mine = _my_groups("mine_too")
    also = aliased(Placement, name="also")
    in_mine: Any = (
        select(_ONE)
        .select_from(also)
        .join(mine, mine.c.group_id == also.group_id)
        .where(also.post_id == placement.post_id, published(also))
        .correlate(placement)
        .limit(_ONE)
        .scalar_subquery()
    )
    first = (
        select(Placement.id)
        .join(Placement.group)
        .where(Placement.post_id == placement.post_id, PUBLISHED, Group.visibility == _PUBLIC)
        .order_by(Placement.published_at, Placement.id)
        .limit(_ONE)
        .correlate(placement)
        .scalar_subquery()
    )
    return and_(func.coalesce(in_mine, 0) != _ONE, placement.id == first)


def followed_state() -> Any:
    """Give a digest of the newest that the viewer follows, as a scalar; NULL where there is none.

    It changes whenever another post comes among those, or one goes: asked in one row, so that the
    state of a home costs the same for all.
    """
    newest = _newest_followed(None, False, MOST_FOLLOWED).subquery("newest_followed")
    each = func.concat_ws(":", newest.c.label, newest.c.post_id)
    listed = func.string_agg(each, aggregate_order_by(literal(","), newest.c.post_id))
    return select(func.md5(listed)).scalar_subquery()


def soonest_in_my_groups(most: int) -> type[Placement]:
    """Give the `most` next dates of the viewer's groups, each where it was published first.

    The statement is asked with `coming_params`. A post has one date in all its groups:
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
            coming.listed,
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
    """Say which dates come: those that are not over and begin within two weeks."""
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
