"""Writing facts, and seeing that each is reacted to."""

from grandequipe.core.events.services.dispatching import (
    GIVEN_UP_AFTER,
    HandOver,
    dispatch_pending,
    handle,
)
from grandequipe.core.events.services.recording import (
    close_streams,
    open_stream,
    record,
    record_all,
)

__all__ = [
    "GIVEN_UP_AFTER",
    "HandOver",
    "close_streams",
    "dispatch_pending",
    "handle",
    "open_stream",
    "record",
    "record_all",
]
