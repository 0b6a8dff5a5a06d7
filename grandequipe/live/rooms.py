"""The sockets of this process, by member, and the streams' rooms that they are in.

Guarantee: a socket is in the room of a stream only if the database said, after the last
announced change of its member's access, that the member follows the stream. A snapshot from
before such a change is discarded, and sent to nobody.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

Move = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Credentials:
    """The credentials of a socket: one of a member's browser sessions, or one of their tokens."""

    member_id: int
    session_id: int | None = None
    token_id: int | None = None


class Rooms:
    """The rooms of one process; `enter(sid, stream)` and `leave(sid, stream)` move a socket."""

    def __init__(self, enter: Move, leave: Move) -> None:
        self._enter = enter
        self._leave = leave
        self._sockets: dict[int, dict[str, Credentials]] = {}
        self._members: dict[str, int] = {}
        self._streams: dict[str, frozenset[str]] = {}
        self._access_versions: dict[int, int] = {}
        self._numbers = count(1)

    def add(self, sid: str, credentials: Credentials) -> None:
        """Add a socket, in no room yet."""
        self._sockets.setdefault(credentials.member_id, {})[sid] = credentials
        self._members[sid] = credentials.member_id
        self._streams[sid] = frozenset()
        self.note_access_change(credentials.member_id)

    def remove(self, sid: str) -> int | None:
        """Remove a socket; return its member's id, or None for one that was never added."""
        member_id = self._members.pop(sid, None)
        if member_id is None:
            return None
        del self._streams[sid]
        del self._sockets[member_id][sid]
        if not self._sockets[member_id]:
            del self._sockets[member_id], self._access_versions[member_id]
        return member_id

    def list_sockets(
        self, member_ids: Iterable[int] | None = None
    ) -> Mapping[int, Mapping[str, Credentials]]:
        """Copy the sockets of some members, or of all: credentials by socket, by member id."""
        wanted = self._sockets if member_ids is None else set(member_ids) & self._sockets.keys()
        return {member_id: dict(self._sockets[member_id]) for member_id in wanted}

    def has(self, member_id: int) -> bool:
        """Return whether a member has a socket in this process."""
        return member_id in self._sockets

    def count(self, member_id: int) -> int:
        """Count a member's sockets in this process."""
        return len(self._sockets.get(member_id, ()))

    def has_socket(self, sid: str) -> bool:
        """Return whether a socket was added and not removed since."""
        return sid in self._members

    def access_version_of(self, member_id: int) -> int:
        """Give the version of a member's access: call it before reading the database."""
        return self._access_versions.get(member_id, 0)

    def is_current(self, member_id: int, as_of: int) -> bool:
        """Return whether `as_of` is still the version of a member's access."""
        return self.access_version_of(member_id) == as_of

    def note_access_change(self, member_id: int) -> None:
        """Invalidate what was read of a member's access before."""
        self._access_versions[member_id] = next(self._numbers)

    def leave_room(self, member_id: int, stream: str) -> None:
        """Remove a member's sockets from one room, at once."""
        self._move(member_id, lambda streams: streams - {stream})

    def remove_credentials(self, credentials: Credentials) -> Sequence[str]:
        """Remove, from every room too, the sockets whose credentials are valid no more."""
        held = self._sockets.get(credentials.member_id, {})
        gone = [sid for sid, each in held.items() if each == credentials]
        for sid in gone:
            for stream in self._streams[sid]:
                self._leave(sid, stream)
            self.remove(sid)
        return gone

    def sync(self, member_id: int, streams: Collection[str], as_of: int) -> bool:
        """Put a member's sockets in exactly these rooms; return False if `as_of` is outdated."""
        if not self.is_current(member_id, as_of):
            return False
        wanted = frozenset(streams)
        self._move(member_id, lambda _streams: wanted)
        return True

    def _move(self, member_id: int, change: Callable[[frozenset[str]], frozenset[str]]) -> None:
        for sid in self._sockets.get(member_id, ()):
            before = self._streams[sid]
            after = self._streams[sid] = change(before)
            for stream in before - after:
                self._leave(sid, stream)
            for stream in after - before:
                self._enter(sid, stream)
