"""The number of sockets of one member, or of one client address, at the whole site, in Redis.

Guarantee: each name is a sorted set of sockets by their expiry in seconds. A process renews its own
sockets; those of a killed process expire. While Redis does not answer nobody is refused: then only
the limits of each process hold.
"""

from collections.abc import Iterable, Mapping

import structlog
from redis import Redis, RedisError

log = structlog.get_logger(__name__)

# Redis's clock, for those of several machines may differ.
ACQUIRE = """
local now = tonumber(redis.call('TIME')[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
redis.call('ZADD', KEYS[1], now + tonumber(ARGV[3]), ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
"""
RENEW = """
local ends = tonumber(redis.call('TIME')[1]) + tonumber(ARGV[1])
for i = 2, #ARGV do redis.call('ZADD', KEYS[1], ends, ARGV[i]) end
redis.call('EXPIRE', KEYS[1], ARGV[1])
"""


class SiteCount:
    """A count of sockets for each name, over all processes: `most`, each for `seconds`."""

    def __init__(self, redis: Redis, prefix: str, most: int, seconds: int) -> None:
        self._redis = redis
        self._prefix = prefix
        self._most = most
        self._seconds = seconds
        self._acquire = redis.register_script(ACQUIRE)
        self._renew = redis.register_script(RENEW)

    def acquire(self, name: object, sid: str) -> bool:
        """Count one more socket until it expires; return False where `most` are counted."""
        try:
            return bool(self._acquire([self._key(name)], [sid, self._most, self._seconds]))
        except RedisError as error:
            log.warning("sockets_not_counted", error=type(error).__name__)
            return True

    def renew(self, sids: Mapping[int, Iterable[str]]) -> None:
        """Renew the expiry of sockets, listed by name."""
        try:
            with self._redis.pipeline(transaction=False) as pipeline:
                for name, theirs in sids.items():
                    self._renew([self._key(name)], [self._seconds, *theirs], client=pipeline)
                pipeline.execute()
        except RedisError as error:
            log.warning("sockets_not_counted", error=type(error).__name__)

    def release(self, name: object, sid: str) -> None:
        """Stop counting a socket."""
        try:
            self._redis.zrem(self._key(name), sid)
        except RedisError as error:
            log.warning("sockets_not_counted", error=type(error).__name__)

    def _key(self, name: object) -> str:
        return f"{self._prefix}:{name}"
