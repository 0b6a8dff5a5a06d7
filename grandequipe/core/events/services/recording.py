"""Writing facts.

Guarantee: the row of a stream is locked from the moment a fact is numbered in it to the end of
the transaction, so positions have no holes and are committed in their order.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ARRAY, BigInteger, any_, bindparam, collate, delete, insert, select, update
from sqlalchemy.dialects.postgresql import TEXT

from grandequipe.core import clock
from grandequipe.core.events.events import Event
from grandequipe.core.events.handlers import names_for
from grandequipe.core.events.models import EventRecord, Stream
from grandequipe.core.events.recorded import RecordedEvent, notify_after_commit
from grandequipe.extensions import db

# Built once: every change of the site is told by these statements.
_NUMBERED = (
    update(Stream)
    .where(Stream.name == bindparam("to"))
    .values(last_position=Stream.last_position + 1)
    .returning(Stream.last_position)
    .cte("numbered")
)
_VALUES = {
    EventRecord.stream_name: bindparam("to", type_=TEXT),
    EventRecord.position: _NUMBERED.c.last_position,
    EventRecord.kind: bindparam("told", type_=TEXT),
    EventRecord.subject_id: bindparam("about", type_=BigInteger),
    EventRecord.actor_id: bindparam("by", type_=BigInteger),
    EventRecord.data: bindparam("more", type_=EventRecord.data.type),
    EventRecord.at: bindparam("when", type_=EventRecord.at.type),
    EventRecord.pending_handlers: bindparam("waits_for", type_=ARRAY(TEXT)),
}
RECORD = (
    insert(EventRecord)
    .from_select([column.key for column in _VALUES], select(*_VALUES.values()))
    .returning(EventRecord.position)
)
# By their bytes, whatever the database's language: as Python sorts them.
LOCK = (
    select(Stream.name, Stream.last_position)
    .where(Stream.name == any_(bindparam("streams", type_=ARRAY(TEXT))))
    .order_by(collate(Stream.name, "C"))
    .with_for_update()
)
ADD = insert(EventRecord)
MOVE = (
    update(Stream).where(Stream.name == bindparam("to")).values(last_position=bindparam("position"))
)


def open_stream(name: str) -> None:
    """Start the stream of a new group or member, in the transaction that makes it."""
    db.session.execute(insert(Stream).values(name=name, last_position=0))


def close_streams(names: Iterable[str]) -> None:
    """Forget the streams of those who are gone, and what was told in them."""
    db.session.execute(delete(Stream).where(Stream.name.in_(list(names))))


def record(stream: str, event: Event) -> int:
    """Number `event` in `stream` and keep it with the change; return its position.

    The stream stays locked until the transaction ends: call it last. Raise LookupError
    where the stream was never opened.
    """
    at, pending_handlers = clock.now(), names_for(event.kind)
    db.session.flush()
    position = db.session.connection().scalar(
        RECORD,
        {
            "to": stream,
            "told": event.kind,
            "about": event.subject_id,
            "by": event.actor_id,
            "more": event.data,
            "when": at,
            "waits_for": pending_handlers,
        },
    )
    if position is None:
        raise _never_opened(stream)
    notify_after_commit(RecordedEvent(stream, position, event, at, bool(pending_handlers)))
    return int(position)


def record_all(recorded: Iterable[tuple[str, Event]]) -> None:
    """Record in several streams, in three statements however many there are.

    They are locked in the order of their names, so that no two writers deadlock.
    """
    events = list(recorded)
    if not events:
        return
    db.session.flush()
    heads = _lock({stream for stream, _event in events})
    numbered = [_number(heads, stream, event) for stream, event in events]
    connection = db.session.connection()
    connection.execute(ADD, [_as_row(each) for each in numbered])
    connection.execute(MOVE, [{"to": name, "position": at} for name, at in heads.items()])
    for each in numbered:
        notify_after_commit(each)


def _lock(streams: Iterable[str]) -> dict[str, int]:
    """Lock streams and give their heads, as they are once whoever held them has let go."""
    wanted = sorted(streams)
    heads = dict(db.session.connection().execute(LOCK, {"streams": wanted}).all())
    for stream in wanted:
        if stream not in heads:
            raise _never_opened(stream)
    return heads


def _number(heads: dict[str, int], stream: str, event: Event) -> RecordedEvent:
    heads[stream] += 1
    return RecordedEvent(stream, heads[stream], event, clock.now(), bool(names_for(event.kind)))


def _as_row(recorded: RecordedEvent) -> Mapping[str, Any]:
    event = recorded.event
    return {
        "stream_name": recorded.stream,
        "position": recorded.position,
        "kind": event.kind,
        "subject_id": event.subject_id,
        "actor_id": event.actor_id,
        "data": event.data,
        "at": recorded.at,
        "pending_handlers": names_for(event.kind),
    }


def _never_opened(stream: str) -> LookupError:
    return LookupError(f"No stream is named {stream!r}.")
