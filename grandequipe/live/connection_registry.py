"""Tracks this process's sockets: joins them to the rooms of the streams that their members follow.

It checks them again when access changes, and broadcasts stream heads. A check of all sockets costs
three or four queries, however many they are. Of concurrent checks only some use a database
connection at once: pages need connections, too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from threading import BoundedSemaphore

import structlog
from flask import Flask

from grandequipe.core.events.models import stream_name
from grandequipe.extensions import socketio
from grandequipe.groups.queries import list_streams_of_members
from grandequipe.live.changes import describe_value, make_cursor
from grandequipe.live.channel import NAMESPACE
from grandequipe.live.counting import SiteCount
from grandequipe.live.queries import list_honoured
from grandequipe.live.rooms import Credentials, Rooms
from grandequipe.members.models import STREAM_OWNER
from grandequipe.notifications.services import present_counts

log = structlog.get_logger(__name__)

SYNC_EVERY = 25.0  # seconds
# At the whole site, or per process while Redis does not answer: more than a member has pages open.
# A page that is rejected polls `/changes` every 30 s, and tries again.
MOST_SOCKETS_OF_A_MEMBER = 20
# Longer than two rounds of `SYNC_EVERY`, after which a killed process's sockets count no more.
COUNTED_SECONDS = 60
# Less than half of the database connections of a process.
READ_AT_ONCE = 8

Heads = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class StreamSnapshot:
    """A member's stream heads, and the version of the member's access before they were read."""

    heads: Heads
    as_of: int


class ConnectionRegistry:
    """The sockets of this process."""

    def __init__(self, app: Flask) -> None:
        self.is_open = False
        self.read_slots = BoundedSemaphore(READ_AT_ONCE)
        self._app = app
        self._rooms = Rooms(_enter, _leave)
        self._at_site = SiteCount(
            app.extensions["redis"], "live:member", MOST_SOCKETS_OF_A_MEMBER, COUNTED_SECONDS
        )

    def open(self) -> None:
        """Subscribe to the other processes and broadcast heads periodically; idempotent."""
        if not self.is_open:
            self.is_open = True
            socketio.server.manager.initialize()
            socketio.start_background_task(self._keep_broadcasting_heads)

    def register(self, sid: str, credentials: Credentials) -> bool:
        """Register a socket; return False for too many.

        The newest is rejected: the oldest, if closed, would reconnect and close another.
        """
        if self._rooms.count(credentials.member_id) >= MOST_SOCKETS_OF_A_MEMBER:
            return False
        self.open()
        self._rooms.add(sid, credentials)
        if not self._at_site.acquire(credentials.member_id, sid):
            self._rooms.remove(sid)
            return False
        if not self._rooms.has_socket(sid):  # it closed, or its access ended, meanwhile
            self._at_site.release(credentials.member_id, sid)
            return False
        return True

    def greet(self, sid: str, credentials: Credentials) -> None:
        """Send a registered socket its rooms' heads ("ready"), from a greenlet.

        Called last before the connect packet is sent: a switch to the greenlet in between, such as
        a wait for Redis, would put "ready" before that packet.
        """
        socketio.start_background_task(self._send_ready, sid, credentials.member_id)

    def unregister(self, sid: str) -> None:
        """Unregister a socket."""
        member_id = self._rooms.remove(sid)
        if member_id is not None:
            self._at_site.release(member_id, sid)

    def on_access_change(
        self, member_id: int, lost: str | None, ended: Credentials | None = None
    ) -> None:
        """Handle a change of a member's access: end at once what is lost, then read the rest."""
        if self._rooms.has(member_id):
            self._rooms.note_access_change(member_id)
            if lost:
                self._rooms.leave_room(member_id, lost)
            if ended:
                self._disconnect(ended)
            socketio.start_background_task(self._broadcast_heads, [member_id])

    def sync_all(self) -> None:
        """Check all sockets, and send them the present counts: messages may have been missed."""
        socketio.start_background_task(self._broadcast_heads)
        socketio.start_background_task(self._send_counts, self._rooms.list_sockets())

    def _keep_broadcasting_heads(self) -> None:
        while True:
            socketio.sleep(SYNC_EVERY)
            self._renew_counts()
            self._broadcast_heads()

    def _renew_counts(self) -> None:
        """Renew the counts of the sockets, and release those that closed meanwhile."""
        sids = {member_id: list(held) for member_id, held in self._rooms.list_sockets().items()}
        self._at_site.renew(sids)
        for member_id, renewed in sids.items():
            for sid in filter(lambda sid: not self._rooms.has_socket(sid), renewed):
                self._at_site.release(member_id, sid)

    def _broadcast_heads(self, member_ids: Iterable[int] | None = None) -> None:
        try:
            snapshots = self._sync_rooms(member_ids)
        except Exception:
            log.exception("live_look_failed")
            return
        for member_id, snapshot in snapshots.items():
            # Access may have changed during this loop: that change has a broadcast of its own.
            if self._rooms.is_current(member_id, snapshot.as_of):
                _emit("heads", snapshot.heads, stream_name(STREAM_OWNER, member_id))
            socketio.sleep(0)

    def _send_ready(self, sid: str, member_id: int) -> None:
        try:
            heads = self._sync_new_socket(sid, member_id)
        except Exception:
            log.exception("live_greeting_failed")
            _close_transport(sid)
            return
        # No greenlet switch since the sync: access cannot have changed in between.
        if heads is not None:
            _emit("ready", {"cursor": make_cursor(heads), "heads": heads}, sid)
            self._send_counts([member_id])

    def _send_counts(self, member_ids: Iterable[int]) -> None:
        """Send members the values that are broadcast to them and recorded nowhere."""
        try:
            with self.read_slots, self._app.app_context():
                changes = [
                    describe_value(stream, value) for stream, value in present_counts(member_ids)
                ]
        except Exception:
            log.exception("live_counts_failed")
            return
        for change in changes:
            _emit("change", change, change["stream"])

    def _sync_new_socket(self, sid: str, member_id: int) -> Heads | None:
        """Sync a socket's rooms and give its heads; None where it was removed meanwhile.

        Asks for the socket each time: the member may be synced because of another one.
        """
        snapshots: Mapping[int, StreamSnapshot] = {}
        while self._rooms.has_socket(sid):
            if member_id in snapshots:
                return snapshots[member_id].heads
            snapshots = self._sync_rooms([member_id])
        return None

    def _sync_rooms(self, member_ids: Iterable[int] | None) -> Mapping[int, StreamSnapshot]:
        """Sync rooms with the database; give the snapshots that are current, by member id."""
        sockets = self._rooms.list_sockets(member_ids)
        as_of = {member_id: self._rooms.access_version_of(member_id) for member_id in sockets}
        honoured, heads = self._read(sockets)
        presented = {credentials for held in sockets.values() for credentials in held.values()}
        for credentials in presented - honoured:
            self._disconnect(credentials)
        snapshots = {each: StreamSnapshot(heads[each], as_of[each]) for each in sockets}
        return {
            member_id: snapshot
            for member_id, snapshot in snapshots.items()
            if self._rooms.sync(member_id, snapshot.heads, snapshot.as_of)
        }

    def _disconnect(self, credentials: Credentials) -> None:
        for sid in self._rooms.remove_credentials(credentials):
            socketio.start_background_task(self._at_site.release, credentials.member_id, sid)
            _close_transport(sid)

    def _read(
        self, sockets: Mapping[int, Mapping[str, Credentials]]
    ) -> tuple[set[Credentials], Mapping[int, Heads]]:
        if not sockets:
            return set(), {}
        with self.read_slots, self._app.app_context():
            honoured = list_honoured(
                credentials for held in sockets.values() for credentials in held.values()
            )
            followed = list_streams_of_members(sockets.keys())
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


def _close_transport(sid: str) -> None:
    """Close the transport, so that a client reconnects by itself with its present credential."""
    eio_sid = socketio.server.manager.eio_sid_from_sid(sid, NAMESPACE)
    if eio_sid is not None:
        socketio.start_background_task(socketio.server.eio.disconnect, eio_sid)
