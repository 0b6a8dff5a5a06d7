"""The desk of one web process: it seats sockets, looks again when access changes, tells heads.

However many sockets sit here, a look costs three or four queries. Of those who come in at the same
time, only some ask the database at once: pages need connections too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from threading import BoundedSemaphore

import structlog
from flask import Flask

from grandequipe.core.events.models import stream_name
from grandequipe.extensions import socketio
from grandequipe.groups.queries import list_streams_of_members
from grandequipe.live.changes import make_cursor
from grandequipe.live.channel import NAMESPACE
from grandequipe.live.counting import SiteCount
from grandequipe.live.queries import list_honoured
from grandequipe.live.rooms import Rooms, Ticket
from grandequipe.members.models import STREAM_OWNER

log = structlog.get_logger(__name__)

LOOK_EVERY = 25.0
# At the whole site, and at one process where Redis does not answer: more than a member has pages
# open; a page that is turned away asks `/changes` every 30 s, and tries again.
MOST_SOCKETS_OF_A_MEMBER = 20
# Longer than two rounds: what a killed process had open counts no longer than that.
COUNTED_SECONDS = 60
# Less than half of the connections that a process may have.
READ_AT_ONCE = 8

Heads = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class StreamSnapshot:
    """What the database said of a member's streams, and after which news about their access."""

    heads: Heads
    as_of: int


class ConnectionRegistry:
    """Who listens at this process."""

    def __init__(self, app: Flask) -> None:
        self.is_open = False
        self.readings = BoundedSemaphore(READ_AT_ONCE)
        self._app = app
        self._rooms = Rooms(_enter, _leave)
        self._at_site = SiteCount(
            app.extensions["redis"], "live:member", MOST_SOCKETS_OF_A_MEMBER, COUNTED_SECONDS
        )

    def open(self) -> None:
        """Listen to the other processes and tell heads on the clock, from now on."""
        if not self.is_open:
            self.is_open = True
            socketio.server.manager.initialize()
            socketio.start_background_task(self._keep_broadcasting_heads)

    def admit(self, sid: str, ticket: Ticket) -> bool:
        """Let a socket in, to be seated and greeted once it is answered; say no to too many.

        The newest is turned away, for the oldest, if it were cut, would come back and cut another.
        """
        if self._rooms.count(ticket.member_id) >= MOST_SOCKETS_OF_A_MEMBER:
            return False
        self.open()
        self._rooms.admit(sid, ticket)
        if not self._at_site.take(ticket.member_id, sid):
            self._rooms.forget(sid)
            return False
        if not self._rooms.has_socket(sid):  # it went, or its access ended, meanwhile
            self._at_site.leave(ticket.member_id, sid)
            return False
        socketio.start_background_task(self._greet, sid, ticket.member_id)
        return True

    def forget(self, sid: str) -> None:
        """Let a socket go."""
        member_id = self._rooms.forget(sid)
        if member_id is not None:
            self._at_site.leave(member_id, sid)

    def on_access_change(
        self, member_id: int, lost: str | None, ended: Ticket | None = None
    ) -> None:
        """Take in news about a member's access: end at once what ends, then look what is true."""
        if self._rooms.has(member_id):
            self._rooms.note_access_change(member_id)
            if lost:
                self._rooms.shut(member_id, lost)
            if ended:
                self._expel(ended)
            socketio.start_background_task(self._broadcast_heads, [member_id])

    def sync_all(self) -> None:
        """Look at everybody: news may have been missed."""
        socketio.start_background_task(self._broadcast_heads)

    def _keep_broadcasting_heads(self) -> None:
        while True:
            socketio.sleep(LOOK_EVERY)
            self._keep_counted()
            self._broadcast_heads()

    def _keep_counted(self) -> None:
        """Have these sockets counted on, but not those that went while it was said."""
        sids = {member_id: list(held) for member_id, held in self._rooms.tickets().items()}
        self._at_site.keep(sids)
        for member_id, theirs in sids.items():
            for sid in filter(lambda sid: not self._rooms.has_socket(sid), theirs):
                self._at_site.leave(member_id, sid)

    def _broadcast_heads(self, member_ids: Iterable[int] | None = None) -> None:
        try:
            seated = self._seat(member_ids)
        except Exception:
            log.exception("live_look_failed")
            return
        for member_id, reading in seated.items():
            # There may be news since, while others were told: then it is told by what came of it.
            if self._rooms.is_current(member_id, reading.as_of):
                _emit("heads", reading.heads, stream_name(STREAM_OWNER, member_id))
            socketio.sleep(0)

    def _greet(self, sid: str, member_id: int) -> None:
        try:
            heads = self._seat_newcomer(sid, member_id)
        except Exception:
            log.exception("live_greeting_failed")
            _hang_up(sid)
            return
        # No other greenlet runs between the seating and this: no news is heard between them.
        if heads is not None:
            _emit("ready", {"cursor": make_cursor(heads), "heads": heads}, sid)

    def _seat_newcomer(self, sid: str, member_id: int) -> Heads | None:
        """Seat a socket and give its heads; none where it went, or was put out, meanwhile.

        That the member sits does not say that this socket does: it may be another of theirs.
        """
        seated: Mapping[int, StreamSnapshot] = {}
        while self._rooms.has_socket(sid):
            if member_id in seated:
                return seated[member_id].heads
            seated = self._seat([member_id])
        return None

    def _seat(self, member_ids: Iterable[int] | None) -> Mapping[int, StreamSnapshot]:
        """Put sockets where the database says; give what was read of those who sit right now."""
        tickets = self._rooms.tickets(member_ids)
        as_of = {member_id: self._rooms.access_version_of(member_id) for member_id in tickets}
        honoured, heads = self._read(tickets)
        shown = {ticket for held in tickets.values() for ticket in held.values()}
        for ticket in shown - honoured:
            self._expel(ticket)
        readings = {each: StreamSnapshot(heads[each], as_of[each]) for each in tickets}
        return {
            member_id: reading
            for member_id, reading in readings.items()
            if self._rooms.seat(member_id, reading.heads, reading.as_of)
        }

    def _expel(self, ticket: Ticket) -> None:
        for sid in self._rooms.expel(ticket):
            socketio.start_background_task(self._at_site.leave, ticket.member_id, sid)
            _hang_up(sid)

    def _read(
        self, tickets: Mapping[int, Mapping[str, Ticket]]
    ) -> tuple[set[Ticket], Mapping[int, Heads]]:
        if not tickets:
            return set(), {}
        with self.readings, self._app.app_context():
            honoured = list_honoured(
                ticket for held in tickets.values() for ticket in held.values()
            )
            followed = list_streams_of_members(tickets.keys())
            return honoured, {
                member_id: {stream.name: head for stream, head in heads.items()}
                for member_id, heads in followed.items()
            }


def _emit(event: str, payload: object, room: str) -> None:
    socketio.emit(event, payload, namespace=NAMESPACE, to=room, ignore_queue=True)


def _enter(sid: str, stream: str) -> None:
    socketio.server.enter_room(sid, stream, namespace=NAMESPACE)


def _leave(sid: str, stream: str) -> None:
    socketio.server.leave_room(sid, stream, namespace=NAMESPACE)


def _hang_up(sid: str) -> None:
    """Cut the transport, so that every client comes back by itself and shows what it has now."""
    eio_sid = socketio.server.manager.eio_sid_from_sid(sid, NAMESPACE)
    if eio_sid is not None:
        socketio.start_background_task(socketio.server.eio.disconnect, eio_sid)
