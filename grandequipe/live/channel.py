"""The Redis channel between all processes: broadcasts to open pages, and changes of access.

Both go through one channel, so that every web process sees them in one order: what is broadcast
after a member has lost a stream does not reach them. A message may be lost with Redis, no more:
each process reads the database again on reconnection, and every 25 seconds.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.client import PubSub
from redis.exceptions import RedisError
from redis.retry import Retry
from socketio import PubSubManager

from grandequipe.live.rooms import Credentials

log = structlog.get_logger(__name__)

NAMESPACE = "/live"
CHANNEL = "grandequipe-live"
# Seconds.
SOCKET_TIMEOUT = 2.0
IDLE_TIMEOUT = 10.0
RECONNECT_DELAY = 0.5


class Sender(PubSubManager):
    """The publishing end, in every process: web, worker and command line."""

    name = "grandequipe"

    def __init__(self, url: str, *, write_only: bool = True) -> None:
        super().__init__(channel=_channel_of(url), write_only=write_only, logger=log)
        self._redis = Redis.from_url(
            url,
            socket_connect_timeout=SOCKET_TIMEOUT,
            socket_timeout=SOCKET_TIMEOUT,
            retry=Retry(NoBackoff(), 1),
        )

    def announce_access(
        self, member_id: int, lost: str | None = None, ended: Credentials | None = None
    ) -> None:
        """Have every web process read a member's access again.

        The member's sockets leave the room of the stream `lost` at once; those of the credentials
        `ended` are disconnected.
        """
        message = {"method": "access", "member": member_id, "lost": lost}
        if ended is not None:
            message |= {"session": ended.session_id, "token": ended.token_id}
        self._publish(message)

    def _publish(self, data: Mapping[str, Any]) -> None:
        try:
            self._redis.publish(self.channel, self.json.dumps(data))
        except RedisError as error:
            log.warning("live_not_sent", error=type(error).__name__)


class Receiver(Sender):
    """The subscribing end of a web process; it reconnects by itself."""

    def __init__(
        self,
        url: str,
        on_access: Callable[[int, str | None, Credentials | None], None],
        on_return: Callable[[], None],
    ) -> None:
        super().__init__(url, write_only=False)
        self.is_listening = False
        self._is_started = False
        self._on_access = on_access
        self._on_return = on_return

    def initialize(self) -> None:
        """Subscribe; idempotent."""
        if not self._is_started:
            self._is_started = True
            super().initialize()

    def _listen(self) -> Iterator[Mapping[str, Any]]:
        while True:
            try:
                yield from self._messages()
            except (RedisError, OSError) as error:
                log.warning("live_not_listening", error=type(error).__name__)
            finally:
                self.is_listening = False
            self.server.sleep(RECONNECT_DELAY)

    def _messages(self) -> Iterator[Mapping[str, Any]]:
        with PubSub(self._redis.connection_pool) as pubsub:
            pubsub.subscribe(self.channel)
            while True:
                message = _next(pubsub)
                if message["type"] == "subscribe":
                    self.is_listening = True
                    self._on_return()
                elif message["type"] == "message":
                    yield from self._dispatch(self.json.loads(message["data"]))

    def _dispatch(self, data: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Handle messages about access; pass Socket.IO's on."""
        if data.get("method") == "access":
            self._on_access(data["member"], data["lost"], _ended(data))
        else:
            yield data


def _ended(data: Mapping[str, Any]) -> Credentials | None:
    """Read the ended credentials, if the message names one; an earlier release's does not."""
    session_id, token_id = data.get("session"), data.get("token")
    if session_id is None and token_id is None:
        return None
    return Credentials(data["member"], session_id, token_id)


def _channel_of(url: str) -> str:
    """Name the channel after the database number: Redis's channels are not per database."""
    return f"{CHANNEL}{urlsplit(url).path}"


def _next(pubsub: PubSub) -> Mapping[str, Any]:
    """Wait for a message; ping an idle server once, then raise ConnectionError."""
    message = pubsub.get_message(timeout=IDLE_TIMEOUT)
    if message is None:
        pubsub.ping()
        message = pubsub.get_message(timeout=IDLE_TIMEOUT)
    if message is None:
        raise ConnectionError("Redis does not answer")
    return message
