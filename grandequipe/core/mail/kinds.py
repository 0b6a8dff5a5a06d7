"""The kinds of mails: which queue each waits in, and what its feature does when it is sent.

A kind that nobody registered is an ordinary one: its row holds subject and text.
"""

from collections.abc import Callable
from dataclasses import dataclass

from grandequipe.core.mail.messages import Mail

ORDINARY_QUEUE = "mails"


@dataclass(frozen=True)
class MailKind:
    """What is special about the mails of one kind.

    `render` makes the mail of the row with this id, in the transaction that takes the row: its
    text is as new as can be, and stored nowhere. It gives None where there is nothing to send any
    more, and raises MailRefused where there never will be. `on_sent` is called in the transaction
    that writes `sent`. Rows of a kind whose `is_kept` holds are deleted by its feature alone.
    """

    name: str
    queue: str = ORDINARY_QUEUE
    render: Callable[[int], Mail | None] | None = None
    on_sent: Callable[[int], None] | None = None
    is_kept: bool = False


_kinds: dict[str, MailKind] = {}


def register_kind(kind: MailKind) -> None:
    """Have mails of this kind treated so."""
    _kinds[kind.name] = kind


def kind_of(name: str) -> MailKind:
    """Give what is known of a kind."""
    return _kinds.get(name) or MailKind(name)


def list_queues() -> set[str]:
    """Name every queue in which mails wait."""
    return {ORDINARY_QUEUE, *(kind.queue for kind in _kinds.values())}


def list_kinds_in(queue: str) -> list[str]:
    """Name the registered kinds whose mails wait in a queue."""
    return [kind.name for kind in _kinds.values() if kind.queue == queue]


def list_kinds_kept() -> list[str]:
    """Name the kinds whose rows only their feature deletes."""
    return [kind.name for kind in _kinds.values() if kind.is_kept]
