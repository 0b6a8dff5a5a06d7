"""Reading streams, events after a position, and what waits or failed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ARRAY, BigInteger, bindparam, func, select, text

from grandequipe.core.events.events import Event
from grandequipe.core.events.models import EventRecord, HandlerFailure, Stream, StreamRef
from grandequipe.extensions import db

_READ_UP_TO = (
    func.unnest(
        bindparam("streams", type_=ARRAY(BigInteger)),
        bindparam("positions", type_=ARRAY(BigInteger)),
    )
    .table_valued("stream_id", "position", name="read_up_to")
    .render_derived()
)
_AFTER = (
    select(EventRecord)
    .join(
        _READ_UP_TO,
        (EventRecord.stream_id == _READ_UP_TO.c.stream_id)
        & (EventRecord.position > _READ_UP_TO.c.position),
    )
    .order_by(EventRecord.id)
    .limit(bindparam("most"))
)
_IS_PENDING = text("pending_handlers <> '{}'")


def get_heads(stream_ids: Iterable[int]) -> dict[int, int]:
    """Give the last position of each stream that exists."""
    rows = db.session.execute(
        select(Stream.id, Stream.last_position).where(Stream.id.in_(list(stream_ids)))
    )
    return dict(rows.all())


def get_head(stream: StreamRef) -> int:
    """Give the last position of one stream, 0 where it is empty."""
    return get_heads([stream.id]).get(stream.id, 0)


def list_events_after(positions: Mapping[StreamRef, int], limit: int) -> Sequence[EventRecord]:
    """List the events that come after the given position of each stream, oldest first."""
    if not positions:
        return []
    params = {
        "streams": [stream.id for stream in positions],
        "positions": list(positions.values()),
        "most": limit,
    }
    return db.session.scalars(_AFTER, params).all()


def count_events(
    stream: StreamRef, event_class: type[Event], subject_id: int, since: datetime
) -> int:
    """Count the events of a kind about one subject in a stream, after an instant."""
    query = select(func.count()).where(
        EventRecord.stream_id == stream.id,
        EventRecord.kind == event_class.kind,
        EventRecord.subject_id == subject_id,
        EventRecord.at > since,
    )
    return db.session.scalar(query) or 0


@dataclass(frozen=True)
class Backlog:
    """How many events have pending handlers, since when, and how many handlers failed."""

    pending: int
    oldest_at: datetime | None
    retried: int
    set_aside: int


def get_backlog() -> Backlog:
    """Count what the handlers have not done yet."""
    pending, oldest_at = db.session.execute(
        select(func.count(), func.min(EventRecord.at)).where(_IS_PENDING)
    ).one()
    failures, set_aside = db.session.execute(
        select(func.count(), func.count(HandlerFailure.set_aside_at))
    ).one()
    return Backlog(pending, oldest_at, failures - set_aside, set_aside)


def list_failures(is_set_aside: bool | None = None) -> Sequence[tuple[HandlerFailure, str]]:
    """List handlers that failed with the kind of their event, oldest first."""
    query = (
        select(HandlerFailure, EventRecord.kind)
        .join(EventRecord, EventRecord.id == HandlerFailure.event_id)
        .order_by(HandlerFailure.first_failed_at, HandlerFailure.event_id, HandlerFailure.handler)
    )
    if is_set_aside is not None:
        condition = HandlerFailure.set_aside_at.is_not(None)
        query = query.where(condition if is_set_aside else ~condition)
    return [(failure, kind) for failure, kind in db.session.execute(query)]
