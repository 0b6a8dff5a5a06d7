"""What a socket may say: that it comes, that it lives, and that it goes.

Guarantee: nothing else is read, kept or written down. Open pages only listen, and whoever says
more is hung up on before the libraries look at it: these keep what they are sent until it is whole,
and note each mistake with a page of their own code, for anybody who finds the door.

A socket is in the namespace or it is not there at all: one that leaves the namespace leaves the
server, and what the server ends is cut off, whether the other side agrees, reads, or answers. It
lives by answering pings that reached it, so one that reads nothing does not live.
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

# Where to go, and a token at most.
LONGEST_FRAME = 1024
SECONDS_TO_COME_IN = 10.0
COMES = re.compile(rf"40{NAMESPACE}(?:,(.*))?", re.DOTALL)
TURNED_AWAY = "grandequipe.turned_away"
PING, PONG, GOES = "2", "3", "1"
# Time for the last words, for those who read them.
SECONDS_TO_GO = 5.0
LINE = "grandequipe.line"


def restrict_client_frames(server: SocketIO) -> None:
    """Have every socket of this server pass only what is expected."""
    engine = server.server.eio
    # The driver's table is shared by all servers of the process: this one gets its own.
    engine._async = {**engine._async, "websocket": _receive_only(engine._async["websocket"])}


def reject(environ: dict[str, Any]) -> None:
    """End the socket of this request as soon as it is told why."""
    environ[TURNED_AWAY] = True


def cut_off(environ: dict[str, Any]) -> None:
    """End the transport of this request's socket for good, a moment from now."""
    if line := environ.get(LINE):
        socketio.start_background_task(_cut_later, line)


def _cut_later(line: Any) -> None:
    socketio.sleep(SECONDS_TO_GO)
    line.cut()


class ReceiveOnlyWebSocket:
    """A WebSocket of the driver that ends, as if its page had gone, with the first odd frame.

    It stands before the driver's own class, whose `ws` is the connection.
    """

    ws: Any
    server_args: dict[str, Any]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.server_args["max_message_size"] = LONGEST_FRAME
        self.has_come = False
        self.awaited_pongs = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Serve the socket of a request, to its end."""
        self.environ = environ
        environ[LINE] = self
        return super().__call__(environ, start_response)  # type: ignore[misc]

    def wait(self) -> str | None:
        """Give the next frame, or None at the end."""
        if TURNED_AWAY in self.environ:
            return None
        frame = self._next()
        if not self.has_come:
            self.has_come = _comes_in(frame)
            return frame if self.has_come else None
        if self._is_expected(frame):
            return frame
        self.cut()
        return None

    def send(self, message: Any) -> None:
        """Send a packet; note pings once they have left, for each is answered once."""
        super().send(message)  # type: ignore[misc]
        if message == PING:
            self.awaited_pongs += 1

    def close(self) -> None:
        """Say that it ends, and end, whatever the other side says to it."""
        try:
            super().close()  # type: ignore[misc]
        finally:
            self.cut()

    def cut(self) -> None:
        """End the connection below; what still waits to be sent is not."""
        with suppress(OSError):
            self.ws.sock.shutdown(SHUT_RDWR)

    def _is_expected(self, frame: Any) -> bool:
        if frame == PONG and self.awaited_pongs:
            self.awaited_pongs -= 1
            return True
        return bool(frame == GOES)

    def _next(self) -> Any:
        try:
            return self.ws.receive(timeout=None if self.has_come else SECONDS_TO_COME_IN)
        except ConnectionClosed:
            return None


def _receive_only(websocket: type) -> type:
    return type("HardOfHearingWebSocket", (ReceiveOnlyWebSocket, websocket), {})


def _comes_in(frame: Any) -> bool:
    """Tell whether a page, or a program with a token, asks to come in: once a socket."""
    asked = COMES.fullmatch(frame) if isinstance(frame, str) else None
    if asked is None:
        return False
    try:
        shown = json.loads(asked[1] or "{}")
    except (ValueError, RecursionError):
        return False
    return isinstance(shown, dict) and all(isinstance(word, str) for word in shown.values())
