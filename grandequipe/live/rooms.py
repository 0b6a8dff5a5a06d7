"""Which sockets sit at this process, for whom, and in which streams' rooms.

Guarantee: a socket is in the room of a stream only while the database said, after the last
news about its member's access, that the member follows the stream. What was read before such
news is thrown away, and told to nobody.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

Move = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a socket came in with: one of a member's log-ins, or one of their tokens."""

    member_id: int
    session_id: int | None = None
    token_id: int | None = None


class Rooms:
    """The seating of one process; `enter` and `leave` move a socket in or out of a room."""

    def __init__(self, enter: Move, leave: Move) -> None:
        self._enter = enter
        self._leave = leave
        self._tickets: dict[int, dict[str, Ticket]] = {}
        self._members: dict[str, int] = {}
        self._streams: dict[str, frozenset[str]] = {}
        self._news: dict[int, int] = {}
        self._numbers = count(1)

    def admit(self, sid: str, ticket: Ticket) -> None:
        """Let a socket in, to no room yet."""
        self._tickets.setdefault(ticket.member_id, {})[sid] = ticket
        self._members[sid] = ticket.member_id
        self._streams[sid] = frozenset()
        self.note_access_change(ticket.member_id)

    def forget(self, sid: str) -> int | None:
        """Let a socket go; say whose it was. One that was never let in is nobody's."""
        member_id = self._members.pop(sid, None)
        if member_id is None:
            return None
        del self._streams[sid]
        del self._tickets[member_id][sid]
        if not self._tickets[member_id]:
            del self._tickets[member_id], self._news[member_id]
        return member_id

    def tickets(
        self, member_ids: Iterable[int] | None = None
    ) -> Mapping[int, Mapping[str, Ticket]]:
        """Give the sockets of some members, or of all, as they are now."""
        wanted = self._tickets if member_ids is None else set(member_ids) & self._tickets.keys()
        return {member_id: dict(self._tickets[member_id]) for member_id in wanted}

    def has(self, member_id: int) -> bool:
        """Tell whether a member has a socket here."""
        return member_id in self._tickets

    def count(self, member_id: int) -> int:
        """Count a member's sockets here."""
        return len(self._tickets.get(member_id, ()))

    def has_socket(self, sid: str) -> bool:
        """Tell whether a socket was let in, and neither went nor was put out since."""
        return sid in self._members

    def access_version_of(self, member_id: int) -> int:
        """Give the number of the last news about a member's access: ask before reading."""
        return self._news.get(member_id, 0)

    def is_current(self, member_id: int, as_of: int) -> bool:
        """Tell whether there was no news about a member's access since `as_of`."""
        return self.access_version_of(member_id) == as_of

    def note_access_change(self, member_id: int) -> None:
        """Make what was read before now worthless."""
        self._news[member_id] = next(self._numbers)

    def shut(self, member_id: int, stream: str) -> None:
        """Put a member out of one room, at once."""
        self._seat(member_id, lambda streams: streams - {stream})

    def expel(self, ticket: Ticket) -> Sequence[str]:
        """Put out of every room, and let go, whoever came in with a ticket that holds no more."""
        held = self._tickets.get(ticket.member_id, {})
        gone = [sid for sid, shown in held.items() if shown == ticket]
        for sid in gone:
            for stream in self._streams[sid]:
                self._leave(sid, stream)
            self.forget(sid)
        return gone

    def seat(self, member_id: int, streams: Collection[str], as_of: int) -> bool:
        """Have a member sit in exactly these rooms, unless there was news since `as_of`."""
        if not self.is_current(member_id, as_of):
            return False
        wanted = frozenset(streams)
        self._seat(member_id, lambda _streams: wanted)
        return True

    def _seat(self, member_id: int, change: Callable[[frozenset[str]], frozenset[str]]) -> None:
        for sid in self._tickets.get(member_id, ()):
            before = self._streams[sid]
            after = self._streams[sid] = change(before)
            for stream in before - after:
                self._leave(sid, stream)
            for stream in after - before:
                self._enter(sid, stream)
