"""What happened, kept with the change, numbered without holes, told after the commit.

Guarantees, each shown by a test:

- `record` writes a fact in the transaction of the change it tells of: both or neither.
- Within a stream, positions are 1, 2, 3 … without holes, and a lower position was committed
  before a higher one: the row of the stream is locked from `record` to the end of the
  transaction, and a rollback gives the number back.
- Every fact reaches every reaction registered for its kind: their names are kept in
  `fact.awaiting` with the fact, and a name leaves it in the transaction of its effect.

A service that records in several streams uses `record_all`, which locks them in one order.
Record last, so that the lock is short; never inside a savepoint.
"""

from grandequipe.core.events.events import Event
from grandequipe.core.events.handlers import handles, handles_batch
from grandequipe.core.events.models import EventRecord, Stream
from grandequipe.core.events.recorded import RecordedEvent, subscribe
from grandequipe.core.events.services import close_streams, open_stream, record, record_all

__all__ = [
    "Event",
    "EventRecord",
    "RecordedEvent",
    "Stream",
    "close_streams",
    "handles",
    "handles_batch",
    "open_stream",
    "record",
    "record_all",
    "subscribe",
]
