"""How many sockets one member, or one place, has at the whole site: counted in Redis.

Guarantee: each name is a sorted set of sockets by the second at which they no longer count. A
process keeps its own sockets counted by saying again that they are there; those of a process that
was killed stop counting by themselves. A Redis that does not answer refuses nobody: then each
process holds to its own limit.
"""

from collections.abc import Iterable, Mapping

import structlog
from redis import Redis, RedisError

log = structlog.get_logger(__name__)

# Redis's own clock, for those of several machines may differ.
TAKE = """
local now = tonumber(redis.call('TIME')[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
redis.call('ZADD', KEYS[1], now + tonumber(ARGV[3]), ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
"""
KEEP = """
local ends = tonumber(redis.call('TIME')[1]) + tonumber(ARGV[1])
for i = 2, #ARGV do redis.call('ZADD', KEYS[1], ends, ARGV[i]) end
redis.call('EXPIRE', KEYS[1], ARGV[1])
"""


class SiteCount:
    """A count of sockets under each name, over all processes."""

    def __init__(self, redis: Redis, prefix: str, most: int, seconds: int) -> None:
        self._redis = redis
        self._prefix = prefix
        self._most = most
        self._seconds = seconds
        self._take = redis.register_script(TAKE)
        self._keep = redis.register_script(KEEP)

    def take(self, name: object, sid: str) -> bool:
        """Count one more socket for some seconds; say whether that is still allowed."""
        try:
            return bool(self._take([self._key(name)], [sid, self._most, self._seconds]))
        except RedisError as error:
            log.warning("sockets_not_counted", error=type(error).__name__)
            return True

    def keep(self, sids: Mapping[int, Iterable[str]]) -> None:
        """Say that these sockets are still there."""
        try:
            with self._redis.pipeline(transaction=False) as pipeline:
                for name, theirs in sids.items():
                    self._keep([self._key(name)], [self._seconds, *theirs], client=pipeline)
                pipeline.execute()
        except RedisError as error:
            log.warning("sockets_not_counted", error=type(error).__name__)

    def leave(self, name: object, sid: str) -> None:
        """Count one less: the socket is gone."""
        try:
            self._redis.zrem(self._key(name), sid)
        except RedisError as error:
            log.warning("sockets_not_counted", error=type(error).__name__)

    def _key(self, name: object) -> str:
        return f"{self._prefix}:{name}"
