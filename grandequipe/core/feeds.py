"""What programs read again and again: calendars and feeds, kept while they are true.

Guarantee: what is kept under the state of all that it shows, read before it is made, is never older
than the request. Whether its reader may have it is asked each time, before.
"""

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from zlib import compress, decompress

from redis import RedisError

from grandequipe.core import clock, redis
from grandequipe.core.mail import rendering

KEPT_FOR = timedelta(days=2)


class Feed:
    """A document that is made when it is asked for; `tag` is the same while it is.

    `kind` is a word of those who make it. The state is written by `repr`: it holds plain values.
    """

    def __init__(self, kind: str, state: Sequence[object], make: Callable[[], bytes]) -> None:
        # What is over moves out of a calendar, day by day.
        shown = repr((kind, rendering.site_url(), clock.now().date(), *state))
        self.tag = hashlib.sha256(shown.encode(errors="surrogatepass")).hexdigest()[:32]
        self._kind, self._make = kind, make

    def content(self) -> bytes:
        """Give the document: the one that is kept, or a new one; without Redis always a new one."""
        name = f"feed:{self._kind}:{self.tag}"
        try:
            kept = redis.client().get(name)
        except RedisError:
            return self._make()
        if kept is not None:
            return decompress(b64decode(str(kept)))
        content = self._make()
        with suppress(RedisError):
            redis.client().set(name, b64encode(compress(content, 1)), ex=KEPT_FOR)
        return content
