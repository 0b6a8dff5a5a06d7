"""Sending a document to an address that somebody typed, anywhere on the web.

Guarantee: as `core.fetching` does, nothing but a public address is reached, no redirect is
followed, and it ends within its seconds and bytes, whatever the server does. Use it in a worker.
"""

import ssl
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import httpcore

from grandequipe.core.fetching import (
    CONNECT_SECONDS,
    MOST_BYTES,
    MOST_SECONDS,
    CheckedBackend,
    Failure,
    FetchFailed,
    IsAllowed,
    Resolve,
    is_public,
    normalised,
    resolve_name,
    tls_context,
)

# Of an answer, what is kept to be shown.
SHOWN_BYTES = 1000


@dataclass(frozen=True)
class Answer:
    """What a server said: its status, and the first bytes as a text, whatever they are."""

    status: int
    beginning: str


class Sender:
    """Sends documents by POST; one may be used for many.

    With `is_open` private addresses, any port and plain HTTP are allowed, too: for an operator
    whose receivers are in the same network.
    """

    def __init__(
        self,
        agent: str,
        *,
        is_open: bool = False,
        resolve: Resolve = resolve_name,
        is_allowed: IsAllowed = is_public,
        network: httpcore.NetworkBackend | None = None,
        seconds: float = MOST_SECONDS,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.agent, self.is_open = agent, is_open
        self._resolve = resolve
        self._is_allowed: IsAllowed = (lambda _address: True) if is_open else is_allowed
        self._network = network or httpcore.SyncBackend()
        self._seconds, self._tls = seconds, tls

    def address_of(self, typed: str) -> str | None:
        """Write an address in its usual form, or None where nothing is sent there: not HTTPS."""
        address = normalised(typed, is_whole=True, has_any_port=self.is_open)
        if address is None or not (self.is_open or address.startswith("https:")):
            return None
        return address

    def leads_inside(self, address: str) -> bool:
        """Return whether the name of an address leads to a private one, as far as is known now."""
        backend = self._backend(time.monotonic() + min(self._seconds, CONNECT_SECONDS))
        url = httpcore.URL(address)
        try:
            backend.check(url.host.decode("ascii"), url.port or 443)
        except FetchFailed:
            return True
        except (httpcore.NetworkError, httpcore.TimeoutException, OSError):
            return False
        return False

    def send(self, address: str, content: bytes, headers: Mapping[str, str]) -> Answer:
        """Send a document and give the answer, whatever its status; raise FetchFailed without."""
        target = self.address_of(address)
        if target is None:
            raise FetchFailed(Failure.ADDRESS)
        backend = self._backend(time.monotonic() + self._seconds)
        tls = self._tls or tls_context()
        with httpcore.ConnectionPool(ssl_context=tls, network_backend=backend, retries=0) as pool:
            try:
                return self._ask(pool, target, content, headers)
            except (httpcore.TimeoutException, httpcore.NetworkError, OSError):
                raise FetchFailed(Failure.UNREACHABLE, is_final=False) from None
            except (httpcore.ProtocolError, ValueError):
                raise FetchFailed(Failure.UNREACHABLE, is_final=False) from None

    def _ask(
        self,
        pool: httpcore.ConnectionPool,
        target: str,
        content: bytes,
        headers: Mapping[str, str],
    ) -> Answer:
        sent: dict[bytes | str, bytes | str] = {
            "User-Agent": self.agent,
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
        sent["Content-Length"] = str(len(content))
        sent.update(headers.items())
        timeouts = dict.fromkeys(("connect", "read", "write", "pool"), self._seconds)
        with pool.stream(
            "POST",
            target,
            headers=sent,
            content=content,
            extensions={"timeout": timeouts},
        ) as answer:
            return Answer(answer.status, _beginning(answer.iter_stream()))

    def _backend(self, end: float) -> CheckedBackend:
        return CheckedBackend(self._network, self._resolve, self._is_allowed, end)


def _beginning(stream: Iterator[bytes]) -> str:
    """Read no more than so many bytes, and give the first of them as a text."""
    content, received = b"", 0
    for piece in stream:
        received += len(piece)
        content = (content + piece)[:SHOWN_BYTES] if len(content) < SHOWN_BYTES else content
        if received > MOST_BYTES:
            break
    return content.decode("utf-8", errors="replace").replace("\x00", "\ufffd")
