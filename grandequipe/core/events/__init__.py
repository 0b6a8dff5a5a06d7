"""The event log: what happened, recorded with the change, numbered, handled after the commit.

Guarantees, each shown by a test:

- `record` writes an event in the transaction of the change: both or neither.
- Within a stream, positions are 1, 2, 3 … without gaps, and a lower position was committed
  before a higher one: the row of the stream is locked from `record` to the end of the
  transaction, and a rollback gives the number back.
- Every event reaches every handler registered for its kind: the names are stored in
  `event.pending_handlers` with the event, and a name is removed in the transaction of its effect.

A service that records in several streams uses `record_all`, which locks them in the order of
their ids. Record last, so that the lock is short; never inside a savepoint.

What only refreshes a screen is broadcast and not recorded (see `core.events.broadcasts`).
"""

from grandequipe.core.events.broadcasts import Broadcast, broadcast, send_broadcasts_by
from grandequipe.core.events.dispatch import handles, handles_batch
from grandequipe.core.events.events import Event
from grandequipe.core.events.log import (
    RecordedEvent,
    close_streams,
    open_stream,
    record,
    record_all,
    subscribe,
)
from grandequipe.core.events.models import SITE, EventRecord, HandlerFailure, Stream, StreamRef

__all__ = [
    "SITE",
    "Broadcast",
    "Event",
    "EventRecord",
    "HandlerFailure",
    "RecordedEvent",
    "Stream",
    "StreamRef",
    "broadcast",
    "close_streams",
    "handles",
    "handles_batch",
    "open_stream",
    "record",
    "record_all",
    "send_broadcasts_by",
    "subscribe",
]
