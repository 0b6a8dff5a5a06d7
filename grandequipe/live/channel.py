"""The Redis channel between all processes: rings for open pages, and who won or lost access.

Both go through one channel, so that every web process sees them in one order: a room that is
closed stays closed to what is told after it. A message may be lost with Redis; nothing else
is: each process looks again when it is back, and every 25 seconds.
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

from grandequipe.live.rooms import Ticket

log = structlog.get_logger(__name__)

NAMESPACE = "/live"
CHANNEL = "grandequipe-live"
PATIENCE = 2.0
SILENCE = 10.0
PAUSE = 0.5


class Sender(PubSubManager):
    """The writing end, which every process has: web, worker and command line."""

    name = "grandequipe"

    def __init__(self, url: str, *, write_only: bool = True) -> None:
        super().__init__(channel=_channel_of(url), write_only=write_only, logger=log)
        self._redis = Redis.from_url(
            url,
            socket_connect_timeout=PATIENCE,
            socket_timeout=PATIENCE,
            retry=Retry(NoBackoff(), 1),
        )

    def announce_access(
        self, member_id: int, lost: str | None = None, ended: Ticket | None = None
    ) -> None:
        """Have every web process look again at what a member may hear.

        The room of the stream that is `lost` ends at once, and the sockets that came in with the
        ticket that `ended`.
        """
        recorded = {"method": "access", "member": member_id, "lost": lost}
        if ended is not None:
            recorded |= {"session": ended.session_id, "token": ended.token_id}
        self._publish(recorded)

    def _publish(self, data: Mapping[str, Any]) -> None:
        try:
            self._redis.publish(self.channel, self.json.dumps(data))
        except RedisError as error:
            log.warning("live_not_told", error=type(error).__name__)


class Receiver(Sender):
    """The listening end of a web process; it comes back by itself."""

    def __init__(
        self,
        url: str,
        on_access: Callable[[int, str | None, Ticket | None], None],
        on_return: Callable[[], None],
    ) -> None:
        super().__init__(url, write_only=False)
        self.is_listening = False
        self._is_started = False
        self._on_access = on_access
        self._on_return = on_return

    def initialize(self) -> None:
        """Start to listen; doing it again changes nothing."""
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
            self.server.sleep(PAUSE)

    def _messages(self) -> Iterator[Mapping[str, Any]]:
        with PubSub(self._redis.connection_pool) as pubsub:
            pubsub.subscribe(self.channel)
            while True:
                message = _next(pubsub)
                if message["type"] == "subscribe":
                    self.is_listening = True
                    self._on_return()
                elif message["type"] == "message":
                    yield from self._sorted(self.json.loads(message["data"]))

    def _sorted(self, data: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Keep what is ours, pass on what is Socket.IO's."""
        if data.get("method") == "access":
            self._on_access(data["member"], data["lost"], _ended(data))
        else:
            yield data


def _ended(data: Mapping[str, Any]) -> Ticket | None:
    """Read which ticket ended; processes of an earlier version name none."""
    session_id, token_id = data.get("session"), data.get("token")
    if session_id is None and token_id is None:
        return None
    return Ticket(data["member"], session_id, token_id)


def _channel_of(url: str) -> str:
    """Name the channel after the database: Redis itself does not part channels by databases."""
    return f"{CHANNEL}{urlsplit(url).path}"


def _next(pubsub: PubSub) -> Mapping[str, Any]:
    """Wait for a message; a silent server is asked whether it lives, once."""
    message = pubsub.get_message(timeout=SILENCE)
    if message is None:
        pubsub.ping()
        message = pubsub.get_message(timeout=SILENCE)
    if message is None:
        raise ConnectionError("Redis does not answer")
    return message
