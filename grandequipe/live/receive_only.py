"""Sockets that only receive: a client may send the connect packet, pongs, and the close packet.

Guarantee: no other frame is parsed, buffered or logged. The transport is closed before the
libraries see such a frame: they would buffer a packet until it is complete, and log a traceback for
each invalid one, from anybody.

A socket is in the namespace or closed: leaving the namespace closes it, and when the server ends a
socket the transport is shut down, whether or not the client agrees, reads, or answers. A pong is
accepted only for a ping that was sent, so that a client which reads nothing times out.
"""

import json
import re
from contextlib import suppress
from socket import SHUT_RDWR
from typing import Any

from flask_socketio import SocketIO
from simple_websocket import ConnectionClosed

from grandequipe.extensions import socketio
from grandequipe.live.channel import NAMESPACE

# Bytes: the namespace, and a token at most.
LONGEST_FRAME = 1024
CONNECT_TIMEOUT = 10.0
CONNECT_PACKET = re.compile(rf"40{NAMESPACE}(?:,(.*))?", re.DOTALL)
REJECTED = "grandequipe.rejected"
# Packet types of Engine.IO.
PING, PONG, CLOSE = "2", "3", "1"
# Seconds for the client to read the last packets.
CLOSE_DELAY = 5.0
WEBSOCKET = "grandequipe.websocket"


def restrict_client_frames(server: SocketIO) -> None:
    """Wrap the server's WebSocket class so that it passes on expected frames only."""
    engine = server.server.eio
    # The driver's dictionary is shared by all servers of the process: this one gets a copy.
    engine._async = {**engine._async, "websocket": _receive_only(engine._async["websocket"])}


def reject(environ: dict[str, Any]) -> None:
    """End the socket of this request once the reason is sent."""
    environ[REJECTED] = True


def cut_off(environ: dict[str, Any]) -> None:
    """Shut the transport of this request's socket down after `CLOSE_DELAY`."""
    if websocket := environ.get(WEBSOCKET):
        socketio.start_background_task(_cut_later, websocket)


def _cut_later(websocket: Any) -> None:
    socketio.sleep(CLOSE_DELAY)
    websocket.cut()


class ReceiveOnlyWebSocket:
    """A mixin of the driver's WebSocket class: an unexpected frame ends it like a disconnect.

    The driver's own class, whose `ws` is the connection, comes after it in the MRO.
    """

    ws: Any
    server_args: dict[str, Any]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.server_args["max_message_size"] = LONGEST_FRAME
        self.is_connected = False
        self.awaited_pongs = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Serve the socket of a request until it ends."""
        self.environ = environ
        environ[WEBSOCKET] = self
        return super().__call__(environ, start_response)  # type: ignore[misc]

    def wait(self) -> str | None:
        """Give the next frame, or None at the end."""
        if REJECTED in self.environ:
            return None
        frame = self._next()
        if not self.is_connected:
            self.is_connected = _is_connect_packet(frame)
            return frame if self.is_connected else None
        if self._is_expected(frame):
            return frame
        self.cut()
        return None

    def send(self, message: Any) -> None:
        """Send a packet, and count pings: each allows one pong."""
        super().send(message)  # type: ignore[misc]
        if message == PING:
            self.awaited_pongs += 1

    def close(self) -> None:
        """Send a close frame and shut the connection down, whatever the client answers."""
        try:
            super().close()  # type: ignore[misc]
        finally:
            self.cut()

    def cut(self) -> None:
        """Shut the TCP connection down; unsent data is dropped."""
        with suppress(OSError):
            self.ws.sock.shutdown(SHUT_RDWR)

    def _is_expected(self, frame: Any) -> bool:
        if frame == PONG and self.awaited_pongs:
            self.awaited_pongs -= 1
            return True
        return bool(frame == CLOSE)

    def _next(self) -> Any:
        try:
            return self.ws.receive(timeout=None if self.is_connected else CONNECT_TIMEOUT)
        except ConnectionClosed:
            return None


def _receive_only(websocket: type) -> type:
    return type("ReceiveOnlyDriverWebSocket", (ReceiveOnlyWebSocket, websocket), {})


def _is_connect_packet(frame: Any) -> bool:
    """Return whether a frame is a connect packet to the namespace, with strings as auth data."""
    packet = CONNECT_PACKET.fullmatch(frame) if isinstance(frame, str) else None
    if packet is None:
        return False
    try:
        auth = json.loads(packet[1] or "{}")
    except (ValueError, RecursionError):
        return False
    return isinstance(auth, dict) and all(isinstance(value, str) for value in auth.values())
