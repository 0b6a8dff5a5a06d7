"""Broadcasts that are not recorded: the present value of what a screen shows.

A broadcast has no position and waits for nobody: open pages get it after the commit, and who
missed it reads the value again after a reconnection. It holds the whole value, never a
difference, and the instant at which the value was read, so that a page can drop an older one that
arrives later.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from grandequipe.core.events.models import StreamRef
from grandequipe.core.transactions import on_commit

HEAD = ("subject_id", "actor_id", "group_slug", "at")


@dataclass(frozen=True, kw_only=True)
class Broadcast:
    """One value that open pages show; a subclass adds its fields, which are sent as they are.

    `at` is when the database gave the value. `group_slug` may be sent to everybody who follows the
    stream.
    """

    kind: ClassVar[str]
    subject_type: ClassVar[str]

    subject_id: int
    at: datetime
    actor_id: int | None = None
    group_slug: str | None = None

    @property
    def values(self) -> dict[str, Any]:
        """Give the fields that the subclass added."""
        return {name: value for name, value in asdict(self).items() if name not in HEAD}


# The streams whose followers get a value, each with its value.
Addressed = Iterable[tuple[StreamRef, Broadcast]]
Sender = Callable[[StreamRef, Broadcast], object]

_senders: list[Sender] = []


def broadcast(read: Callable[[], Addressed]) -> None:
    """After the commit, read present values and send each to the open pages of its stream.

    `read` runs after the commit: the values include what others committed meanwhile.
    """
    on_commit(partial(_send, read))


def send_broadcasts_by(sender: Sender) -> None:
    """Have broadcasts sent by `sender`; idempotent."""
    if sender not in _senders:
        _senders.append(sender)


def _send(read: Callable[[], Addressed]) -> None:
    for stream, value in read():
        for sender in _senders:
            sender(stream, value)
