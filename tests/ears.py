"""A listener at the live socket: it notes what it hears, in order, and can be waited for."""

from collections.abc import Callable
from threading import Condition
from types import TracebackType
from typing import Any, Self

import socketio
from flask.testing import FlaskClient

LIVE = "/live"
LONGEST_WAIT = 20.0

Heard = tuple[str, Any]


class Ears:
    """One Socket.IO client, as a member's page or a program has it."""

    def __init__(
        self, url: str, *, cookie: str = "", token: str | None = None, origin: str | None = None
    ) -> None:
        self.heard: list[Heard] = []
        self._news = Condition()
        self._url = url
        self._headers = {"Cookie": cookie} if cookie else {}
        self._auth = {"token": token} if token else None
        self._client = socketio.Client(
            reconnection=False, websocket_extra_options={"origin": origin or url}
        )
        self._client.on("*", self._note, namespace=LIVE)
        self._client.on("disconnect", self._note_end, namespace=LIVE)

    def __enter__(self) -> Self:
        self.connect()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()

    def connect(self) -> None:
        """Connect; raise socketio.exceptions.ConnectionError where one is refused."""
        self._client.connect(
            self._url,
            headers=self._headers,
            auth=self._auth,
            transports=["websocket"],
            namespaces=[LIVE],
            wait_timeout=LONGEST_WAIT,
        )

    def close(self) -> None:
        """Hang up."""
        self._client.disconnect()

    def say(self, event: str, payload: object) -> None:
        """Send something, which nobody on the other side listens to."""
        self._client.emit(event, payload, namespace=LIVE)

    def wait_for(self, event: str, is_it: Callable[[Any], bool] = lambda _payload: True) -> Any:
        """Wait for an event whose payload is the one, and give the payload."""
        with self._news:
            assert self._news.wait_for(lambda: self._find(event, is_it), LONGEST_WAIT), (
                f"{event} was not heard, but {self.heard}"
            )
            return self._find(event, is_it)[0]

    def changes(self) -> list[dict[str, Any]]:
        """List the changes heard so far, in order."""
        return [payload for event, payload in list(self.heard) if event == "change"]

    def _find(self, event: str, is_it: Callable[[Any], bool]) -> list[Any]:
        return [payload for name, payload in self.heard if name == event and is_it(payload)]

    def _note(self, event: str, payload: Any = None) -> None:
        with self._news:
            self.heard.append((event, payload))
            self._news.notify_all()

    def _note_end(self, reason: str = "") -> None:
        self._note("disconnect", reason)


def cookie_of(browser: FlaskClient) -> str:
    """Give the session of a logged-in browser as a header."""
    kept = browser.get_cookie("session")
    assert kept is not None
    return f"session={kept.value}"


def is_change(kind: str, subject_id: int | None = None) -> Callable[[Any], bool]:
    """Make a test for a change of this kind, about this subject if one is given."""

    def is_it(change: Any) -> bool:
        about = change["subject"]["id"]
        return bool(change["kind"] == kind and subject_id in (None, about))

    return is_it
