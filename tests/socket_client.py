"""A client of the live socket: it stores what it receives, in order, and can wait for an event."""

from collections.abc import Callable
from threading import Condition
from types import TracebackType
from typing import Any, Self

import socketio
from flask.testing import FlaskClient

NAMESPACE = "/live"
TIMEOUT = 20.0  # seconds

Received = tuple[str, Any]


class SocketClient:
    """A Socket.IO client with the session of a member's page, or with a program's token."""

    def __init__(
        self, url: str, *, cookie: str = "", token: str | None = None, origin: str | None = None
    ) -> None:
        self.received: list[Received] = []
        self._condition = Condition()
        self._url = url
        self._headers = {"Cookie": cookie} if cookie else {}
        self._auth = {"token": token} if token else None
        self._client = socketio.Client(
            reconnection=False, websocket_extra_options={"origin": origin or url}
        )
        self._client.on("*", self._store, namespace=NAMESPACE)
        self._client.on("disconnect", self._store_end, namespace=NAMESPACE)

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
        """Connect; raise socketio.exceptions.ConnectionError where the server refuses."""
        self._client.connect(
            self._url,
            headers=self._headers,
            auth=self._auth,
            transports=["websocket"],
            namespaces=[NAMESPACE],
            wait_timeout=TIMEOUT,
        )

    def close(self) -> None:
        """Disconnect."""
        self._client.disconnect()

    def send(self, event: str, payload: object) -> None:
        """Send an event, which the server does not handle."""
        self._client.emit(event, payload, namespace=NAMESPACE)

    def wait_for(self, event: str, matches: Callable[[Any], bool] = lambda _payload: True) -> Any:
        """Wait for an event with a matching payload, and return the payload."""
        with self._condition:
            assert self._condition.wait_for(lambda: self._find(event, matches), TIMEOUT), (
                f"{event} was not received, only {self.received}"
            )
            return self._find(event, matches)[0]

    def changes(self) -> list[dict[str, Any]]:
        """List the changes received so far, in order."""
        return [payload for event, payload in list(self.received) if event == "change"]

    def recorded_changes(self) -> list[dict[str, Any]]:
        """List those of them that have a position in a stream."""
        return [change for change in self.changes() if "position" in change]

    def _find(self, event: str, matches: Callable[[Any], bool]) -> list[Any]:
        return [payload for name, payload in self.received if name == event and matches(payload)]

    def _store(self, event: str, payload: Any = None) -> None:
        with self._condition:
            self.received.append((event, payload))
            self._condition.notify_all()

    def _store_end(self, reason: str = "") -> None:
        self._store("disconnect", reason)


def cookie_of(browser: FlaskClient) -> str:
    """Give the session cookie of a logged-in browser, for a Cookie header."""
    cookie = browser.get_cookie("session")
    assert cookie is not None
    return f"session={cookie.value}"


def is_change(kind: str, subject_id: int | None = None) -> Callable[[Any], bool]:
    """Make a predicate for a change of this kind, and of this subject if one is given."""

    def matches(change: Any) -> bool:
        id = change["subject"]["id"]
        return bool(change["kind"] == kind and subject_id in (None, id))

    return matches
