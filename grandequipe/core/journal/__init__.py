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

from grandequipe.core.journal.events import Event
from grandequipe.core.journal.models import Fact, Stream
from grandequipe.core.journal.reactions import reacts_to, reacts_together_to
from grandequipe.core.journal.services import close_streams, open_stream, record, record_all
from grandequipe.core.journal.told import Told, listen

__all__ = [
    "Event",
    "Fact",
    "Stream",
    "Told",
    "close_streams",
    "listen",
    "open_stream",
    "reacts_to",
    "reacts_together_to",
    "record",
    "record_all",
]
