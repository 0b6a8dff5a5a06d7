"""Writing facts, and seeing that each is reacted to."""

from grandequipe.core.journal.services.dispatching import (
    GIVEN_UP_AFTER,
    HandOver,
    dispatch_waiting,
    react,
)
from grandequipe.core.journal.services.recording import (
    close_streams,
    open_stream,
    record,
    record_all,
)

__all__ = [
    "GIVEN_UP_AFTER",
    "HandOver",
    "close_streams",
    "dispatch_waiting",
    "open_stream",
    "react",
    "record",
    "record_all",
]
