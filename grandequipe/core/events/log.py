"""Recording events, and what is sent out once they are committed.

Guarantee: the row of a stream is locked from the moment an event is numbered in it to the end of
the transaction, so positions have no gaps and are committed in their order.

What is sent after the commit is a hint (see `core.transactions.on_commit`); the events themselves
wait in the database.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, any_, bindparam, delete, insert, select, update
from sqlalchemy.dialects.postgresql import TEXT

from grandequipe.core import clock
from grandequipe.core.events.dispatch import names_for
from grandequipe.core.events.events import Event
from grandequipe.core.events.models import EventRecord, Stream, StreamRef
from grandequipe.core.transactions import Callback, on_commit
from grandequipe.extensions import db


@dataclass(frozen=True)
class RecordedEvent:
    """A recorded event with its place, in plain values that outlive the session."""

    stream: StreamRef
    position: int
    event: Event
    at: datetime
    has_handlers: bool


Listener = Callable[[RecordedEvent], Callback]

_listeners: list[Listener] = []

# Built once: every change of the site is recorded by these statements.
_NUMBERED = (
    update(Stream)
    .where(Stream.id == bindparam("stream", type_=BigInteger))
    .values(last_position=Stream.last_position + 1)
    .returning(Stream.last_position)
    .cte("numbered")
)
_VALUES = {
    EventRecord.stream_id: bindparam("stream", type_=BigInteger),
    EventRecord.position: _NUMBERED.c.last_position,
    EventRecord.kind: bindparam("named", type_=TEXT),
    EventRecord.version: bindparam("of_version", type_=BigInteger),
    EventRecord.subject_id: bindparam("subject", type_=BigInteger),
    EventRecord.actor_id: bindparam("actor", type_=BigInteger),
    EventRecord.data: bindparam("fields", type_=EventRecord.data.type),
    EventRecord.at: bindparam("instant", type_=EventRecord.at.type),
    EventRecord.pending_handlers: bindparam("handlers", type_=ARRAY(TEXT)),
}
RECORD = (
    insert(EventRecord)
    .from_select([column.key for column in _VALUES], select(*_VALUES.values()))
    .returning(EventRecord.position)
)
LOCK = (
    select(Stream.id, Stream.last_position)
    .where(Stream.id == any_(bindparam("streams", type_=ARRAY(BigInteger))))
    .order_by(Stream.id)
    .with_for_update()
)
ADD = insert(EventRecord)
MOVE = (
    update(Stream).where(Stream.id == bindparam("stream")).values(last_position=bindparam("head"))
)


def open_stream() -> int:
    """Add a stream for a new group or member, in the transaction that makes it; return its id."""
    stream_id: int = db.session.scalar(insert(Stream).values(last_position=0).returning(Stream.id))  # type: ignore[assignment]
    return stream_id


def close_streams(stream_ids: Iterable[int]) -> None:
    """Delete the streams of deleted groups or members, and the events in them."""
    db.session.execute(
        delete(Stream)
        .where(Stream.id.in_(list(stream_ids)))
        .execution_options(synchronize_session=False)
    )


def record(stream: StreamRef, event: Event) -> int:
    """Number `event` in `stream` and store it with the change; return its position.

    The stream stays locked until the transaction ends: call it last. Raises LookupError
    where the stream was never opened.
    """
    at, pending_handlers = clock.now(), names_for(event.kind)
    db.session.flush()
    position = db.session.connection().scalar(
        RECORD,
        {
            "stream": stream.id,
            "named": event.kind,
            "of_version": event.version,
            "subject": event.subject_id,
            "actor": event.actor_id,
            "fields": event.data,
            "instant": at,
            "handlers": pending_handlers,
        },
    )
    if position is None:
        raise _never_opened(stream)
    _notify_after_commit(RecordedEvent(stream, position, event, at, bool(pending_handlers)))
    return int(position)


def record_all(recorded: Iterable[tuple[StreamRef, Event]]) -> None:
    """Record in several streams, in three statements however many there are.

    They are locked in the order of their ids, so that no two writers deadlock.
    """
    events = list(recorded)
    if not events:
        return
    db.session.flush()
    heads = _lock({stream for stream, _event in events})
    numbered = [_number(heads, stream, event) for stream, event in events]
    connection = db.session.connection()
    connection.execute(ADD, [_as_row(each) for each in numbered])
    connection.execute(MOVE, [{"stream": id, "head": head} for id, head in heads.items()])
    for each in numbered:
        _notify_after_commit(each)


def subscribe(listener: Listener) -> None:
    """Call `listener` in the transaction of each event; what it returns runs after the commit.

    So it reads what it sends within that transaction, and needs no second one.
    """
    if listener not in _listeners:
        _listeners.append(listener)


def _notify_after_commit(recorded: RecordedEvent) -> None:
    for listener in _listeners:
        on_commit(listener(recorded))


def _lock(streams: Iterable[StreamRef]) -> dict[int, int]:
    """Lock streams and give the last position of each, as it is once other writers have ended."""
    wanted = {stream.id: stream for stream in streams}
    heads = dict(db.session.connection().execute(LOCK, {"streams": sorted(wanted)}).all())
    for stream_id, stream in wanted.items():
        if stream_id not in heads:
            raise _never_opened(stream)
    return heads


def _number(heads: dict[int, int], stream: StreamRef, event: Event) -> RecordedEvent:
    heads[stream.id] += 1
    has_handlers = bool(names_for(event.kind))
    return RecordedEvent(stream, heads[stream.id], event, clock.now(), has_handlers)


def _as_row(recorded: RecordedEvent) -> Mapping[str, Any]:
    event = recorded.event
    return {
        "stream_id": recorded.stream.id,
        "position": recorded.position,
        "kind": event.kind,
        "version": event.version,
        "subject_id": event.subject_id,
        "actor_id": event.actor_id,
        "data": event.data,
        "at": recorded.at,
        "pending_handlers": names_for(event.kind),
    }


def _never_opened(stream: StreamRef) -> LookupError:
    return LookupError(f"The stream {stream} was never opened.")
