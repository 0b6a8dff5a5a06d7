"""Which date of a series of webinars lists show, and how the others follow it.

Guarantee: each group lists one date of a series, the next one; what moderators decide about that
one they decide about the others that were as it was. All under the lock of the series.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, func, or_, select, true, update
from sqlalchemy.orm import aliased, joinedload, lazyload

from grandequipe.core import clock
from grandequipe.core.events import Event, StreamRef, record_all
from grandequipe.extensions import db
from grandequipe.feed.events import PostArranged, PostRemoved
from grandequipe.feed.models import (
    Placement,
    PlacementStatus,
    Post,
    Webinar,
    WebinarDetails,
    WebinarSeries,
)

StreamEvent = tuple[StreamRef, Event]

# Of a date that no group lists any more, its discussion is still read.
_ALIVE = (PlacementStatus.PUBLISHED, PlacementStatus.PENDING, PlacementStatus.REFUSED)


def series_of(post: Post) -> int | None:
    """Give the id of the series of which a post is a date, None where it is of none."""
    return post.series_id if isinstance(post, Webinar) else None


def lock_series(series_id: int) -> None:
    """Lock a series until the commit, before any of its posts."""
    db.session.execute(
        select(WebinarSeries.id)
        .where(WebinarSeries.id == series_id)
        .with_for_update(key_share=True)
    )


def follow_decision(
    placement: Placement,
    was: PlacementStatus,
    *,
    decided_at: datetime | None = None,
    names: dict[str, int] | None = None,
) -> list[StreamEvent]:
    """Have the other dates of a series do in a group as the listed one did.

    Those follow that were as it was before, by a decision of the same instant where `decided_at` is
    known, and are not listed themselves. With the `names` of an event, gives what is to be recorded
    of each that was read and is no longer.
    """
    series_id = series_of(placement.post)
    if series_id is None or not placement.listed:
        return []
    others = select(WebinarDetails.post_id).where(
        WebinarDetails.series_id == series_id, WebinarDetails.post_id != placement.post_id
    )
    followers = (
        select(Placement.id, Placement.post_id)
        .where(
            Placement.post_id.in_(others),
            Placement.group_id == placement.group_id,
            Placement.status == was,
            ~Placement.listed,
            true() if decided_at is None else Placement.decided_at == decided_at,
        )
        .order_by(Placement.id)
        .with_for_update(key_share=True)
    )
    rows = db.session.execute(followers).all()
    if not rows:
        return []
    is_published = placement.status is PlacementStatus.PUBLISHED
    since = func.coalesce(Placement.published_at, placement.published_at) if is_published else None
    db.session.execute(
        update(Placement)
        .where(Placement.id.in_([row.id for row in rows]))
        .values(
            status=placement.status,
            refusal=placement.refusal,
            returned=placement.returned,
            decided_by_id=placement.decided_by_id,
            decided_at=placement.decided_at,
            **({"published_at": since} if is_published else {}),
        ),
        execution_options={"synchronize_session": "fetch"},
    )
    if names is None or was is not PlacementStatus.PUBLISHED or is_published:
        return []
    stream = placement.group.stream
    return [(stream, PostRemoved(**names | {"subject_id": row.post_id})) for row in rows]


def list_next_date(post: Post) -> list[StreamEvent]:
    """Have each group list the next date of the series of a locked post, if it is of one.

    Gives what is to be recorded of it.
    """
    series_id = series_of(post)
    return [] if series_id is None else list_next_of_series(series_id)


def list_next_of_series(series_id: int) -> list[StreamEvent]:
    """Have each group list the next date of a locked series; give what is to be recorded of it.

    Where none is to come, the last one. It stands where the one before stood.
    """
    rows = db.session.execute(
        select(Placement, WebinarDetails)
        .join(WebinarDetails, WebinarDetails.post_id == Placement.post_id)
        .where(
            WebinarDetails.series_id == series_id,
            or_(Placement.status.in_(_ALIVE), Placement.listed),
        )
        .order_by(WebinarDetails.starts_at, WebinarDetails.post_id)
        .options(lazyload(Placement.post), joinedload(Placement.group))
        .execution_options(populate_existing=True)
    ).all()
    by_group: dict[int, list[tuple[Placement, WebinarDetails]]] = defaultdict(list)
    for placement, details in rows:
        by_group[placement.group_id].append((placement, details))
    events = [event for each in by_group.values() for event in _list_next(each)]
    db.session.flush()
    return events


def list_next_date_of(series_id: int) -> None:
    """Lock a series, have each group list its next date, and record it."""
    lock_series(series_id)
    record_all(list_next_of_series(series_id))


def stands_for_series(post: Post) -> bool:
    """Return whether moderators are to read a post for all dates of its series."""
    return series_of(post) is not None and any(
        each.listed for each in post.placements if each.is_pending or each.is_refused
    )


def list_alone(post: Post) -> None:
    """Have moderators read a date of a series by itself, where it waits: it is another text now."""
    for each in post.placements:
        if each.is_pending or each.is_refused:
            each.listed = True


def list_series_to_move_on(most: int) -> Sequence[int]:
    """List the ids of some series of which a date is listed that is over, and another came since.

    It may be over as well, where no clock ran for a while.
    """
    listed, later = aliased(WebinarDetails), aliased(WebinarDetails)
    there = aliased(Placement)
    comes = exists().where(
        later.series_id == listed.series_id,
        or_(later.ends_at > clock.now(), later.starts_at > listed.starts_at),
        later.cancelled_at.is_(None),
        there.post_id == later.post_id,
        there.group_id == Placement.group_id,
        there.status == Placement.status,
    )
    ids = db.session.scalars(
        select(listed.series_id)
        .distinct()
        .join(Placement, Placement.post_id == listed.post_id)
        .where(
            listed.series_id.is_not(None),
            Placement.listed,
            Placement.status == PlacementStatus.PUBLISHED,
            or_(listed.ends_at <= clock.now(), listed.cancelled_at.is_not(None)),
            comes,
        )
        .order_by(listed.series_id)
        .limit(most)
    )
    return [each for each in ids if each is not None]


def list_dates(post: Post) -> Sequence[Webinar]:
    """List the other dates of the series of a post, in time; none where it is of no series."""
    if not isinstance(post, Webinar) or post.series_id is None:
        return ()
    query = (
        select(Webinar)
        .join(WebinarDetails, WebinarDetails.post_id == Webinar.id)
        .where(WebinarDetails.series_id == post.series_id, Webinar.id != post.id)
        .order_by(WebinarDetails.starts_at, Webinar.id)
    )
    return db.session.scalars(query).unique().all()


def place_beside(date: Post, placement: Placement, there: Placement | None = None) -> None:
    """Place a date of a series where another one is, as that one is there; no list shows it.

    `there` is what is left of it, where it was in the group before.
    """
    if there is None:
        there = Placement(post=date, group=placement.group, kind=date.kind)
        db.session.add(there)
    there.status, there.created_at = placement.status, placement.created_at
    there.published_at = there.published_at or placement.published_at
    there.decided_by_id = there.decided_at = None
    there.listed = False


def _list_next(dates: Sequence[tuple[Placement, WebinarDetails]]) -> list[StreamEvent]:
    """List the next date in one group, given all of its dates there in time."""
    alive = next((each for status in _ALIVE if (each := _with_status(dates, status))), [])
    listed = [placement for placement, _details in alive if placement.listed]
    # What waits is read by moderators, each text that is another one for itself.
    if not alive or (listed and not alive[0][0].is_published):
        return []
    now = clock.now()
    coming = [
        placement
        for placement, details in alive
        if details.ends_at > now and details.cancelled_at is None
    ]
    chosen = coming[0] if coming else alive[-1][0]
    before = [*listed, *(each for each, _details in dates if each.listed and each.is_removed)]
    if before == [chosen]:
        return []
    _take_place(chosen, [each for each in before if each is not chosen])
    if not chosen.is_published:
        return []
    names = {"subject_id": chosen.post_id, "group_id": chosen.group_id}
    return [(chosen.group.stream, PostArranged(**names, actor_id=None, change="listed"))]


def _with_status(
    dates: Sequence[tuple[Placement, WebinarDetails]], status: PlacementStatus
) -> list[tuple[Placement, WebinarDetails]]:
    return [each for each in dates if each[0].status is status]


def _take_place(chosen: Placement, before: Sequence[Placement]) -> None:
    """List a date in the place of others, where they stood and as they stood out."""
    for each in before:
        each.listed = False
        since = each.published_at
        if chosen.is_published and since and chosen.published_at:
            each.published_at, chosen.published_at = chosen.published_at, since
        pinned, featured = each.pinned, each.featured
        each.pinned = each.featured = False
        db.session.flush()
        if chosen.is_published and each.is_published:
            chosen.pinned, chosen.featured = chosen.pinned or pinned, chosen.featured or featured
    chosen.listed = True
    db.session.flush()
