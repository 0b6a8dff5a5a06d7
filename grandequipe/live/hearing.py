"""What a socket may say: that it comes, that it lives, and that it goes.

Guarantee: nothing else is read, kept or written down. Open pages only listen, and whoever says
more is hung up on before the libraries look at it: these keep what they are sent until it is whole,
and note each mistake with a page of their own code, for anybody who finds the door.
"""

import json
import re
from typing import Any

from flask_socketio import SocketIO
from simple_websocket import ConnectionClosed

from grandequipe.live.channel import NAMESPACE

# Where to go, and a token at most.
LONGEST_FRAME = 1024
SECONDS_TO_COME_IN = 10.0
COMES = re.compile(rf"40{NAMESPACE}(?:,(.*))?", re.DOTALL)
TURNED_AWAY = "grandequipe.turned_away"
LIVES_OR_GOES = {"3", "1", f"41{NAMESPACE}", f"41{NAMESPACE},"}


def listen_little(socketio: SocketIO) -> None:
    """Have every socket of this server pass only what is expected."""
    engine = socketio.server.eio
    # The driver's table is shared by all servers of the process: this one gets its own.
    engine._async = {**engine._async, "websocket": _hard_of_hearing(engine._async["websocket"])}


def turn_away(environ: dict[str, Any]) -> None:
    """End the socket of this request as soon as it is told why."""
    environ[TURNED_AWAY] = True


def _hard_of_hearing(websocket: Any) -> type:
    class HardOfHearing(websocket):
        """A WebSocket that ends, as if its page had gone, with the first unexpected frame."""

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self.server_args["max_message_size"] = LONGEST_FRAME
            self.has_come = False

        def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
            """Serve the socket of a request, to its end."""
            self.environ = environ
            return super().__call__(environ, start_response)

        def wait(self) -> str | None:
            """Give the next frame, or None at the end."""
            if TURNED_AWAY in self.environ:
                return None
            frame = self._next()
            if self.has_come:
                return frame if _is_alive(frame) else None
            self.has_come = _comes_in(frame)
            return frame if self.has_come else None

        def _next(self) -> Any:
            try:
                return self.ws.receive(timeout=None if self.has_come else SECONDS_TO_COME_IN)
            except ConnectionClosed:
                return None

    return HardOfHearing


def _is_alive(frame: Any) -> bool:
    return isinstance(frame, str) and frame in LIVES_OR_GOES


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
