"""Fetching a page or a picture that a member's link names, from anywhere on the web.

Guarantee: no request reaches anything but a public address: the name is resolved here, each of its
addresses is checked, and the connection goes to one that was, at every redirect anew. A fetch
ends within its seconds and bytes, whatever the server does; it sends no cookie and no credentials,
and says who asks. Use it in a worker: a web process has members waiting.
"""

import ipaddress
import re
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from email.message import Message
from enum import StrEnum
from functools import cache, partial
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

import httpcore

PORTS = (80, 443)
MOST_REDIRECTS = 3
MOST_SECONDS = 5.0
MOST_BYTES = 512 * 1024
LONGEST_ADDRESS = 2000
# Of an address that does not answer, so that there is time for the next one of the name.
CONNECT_SECONDS = 2.0
MOST_ADDRESSES = 4
REDIRECTS = (301, 302, 303, 307, 308)
# What is public of IPv6; within it, what leads to an address of IPv4 is not.
PUBLIC_6 = ipaddress.ip_network("2000::/3")
PRIVATE = [
    ipaddress.ip_network(each)
    for each in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
        "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "2001::/23", "2001:db8::/32", "2002::/16",
        "2620:4f:8000::/48", "3fff::/20",
    )
]  # fmt: skip
HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")
# Of a link, what says only where it was found.
TRACKING = ("utm_", "mtm_", "fbclid=", "gclid=", "mc_cid=", "mc_eid=")

T = TypeVar("T")
Resolve = Callable[[str, int], Sequence[str]]
IsAllowed = Callable[[str], bool]


class Failure(StrEnum):
    """Why nothing was fetched."""

    ADDRESS = "address"
    UNREACHABLE = "unreachable"
    STATUS = "status"
    KIND = "kind"
    TOO_LARGE = "too_large"


class FetchFailed(Exception):
    """Say why nothing was fetched; `is_final` where a later try would not change that."""

    def __init__(self, failure: Failure, *, is_final: bool = True) -> None:
        super().__init__(failure)
        self.failure = failure
        self.is_final = is_final


@dataclass(frozen=True)
class Fetched:
    """An answer: `address` after redirects, and `content` decompressed.

    `is_whole` says whether that is all of it: of a page the first bytes are enough.
    """

    address: str
    media_type: str
    charset: str
    content: bytes
    is_whole: bool


def is_public(address: str) -> bool:
    """Return whether an IP address is one of the public internet."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if found.version == 6 and found not in PUBLIC_6:
        return False
    return found.is_global and not any(found in each for each in PRIVATE)


def resolve_name(host: str, port: int) -> Sequence[str]:
    """List the addresses of a name, as the system knows them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(each[4][0]) for each in found]


def normalised(typed: str, *, is_whole: bool = False, has_any_port: bool = False) -> str | None:
    """Write an address of the web in its usual form, or None where it is none to be fetched.

    Its host in lower case, without the usual port or a fragment; and without what counts visits,
    unless `is_whole`. Of the ports those of the web, or `has_any_port`.
    """
    if len(typed) > LONGEST_ADDRESS:
        return None
    try:
        parts = urlsplit(typed.strip())
        host = (parts.hostname or "").rstrip(".").encode("idna").decode("ascii").lower()
        port = parts.port
    except (ValueError, UnicodeError):
        return None
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    if (
        usual is None
        or not HOST.fullmatch(host)
        or parts.username is not None
        or not (has_any_port or (port or usual) in PORTS)
    ):
        return None
    netloc = f"[{host}]" if ":" in host else host
    if port not in (None, usual):
        netloc += f":{port}"
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    kept = [
        each
        for each in parts.query.split("&")
        if each and (is_whole or not each.lower().startswith(TRACKING))
    ]
    query = quote("&".join(kept), safe="/%:@!$&'()*+,;=~-._?[]{}|")
    address = urlunsplit((parts.scheme, netloc, path, query, ""))
    return address if len(address) <= LONGEST_ADDRESS else None


class Fetcher:
    """Fetches what links name; one may be used for many.

    The site's code gives only `agent`. A test's own server is reached by `resolve` (addresses of a
    name), `is_allowed` (of an address) and `network`, which connects to an address.
    """

    def __init__(
        self,
        agent: str,
        *,
        resolve: Resolve = resolve_name,
        is_allowed: IsAllowed = is_public,
        network: httpcore.NetworkBackend | None = None,
        seconds: float = MOST_SECONDS,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.agent = agent
        self._resolve, self._is_allowed = resolve, is_allowed
        self._network = network or httpcore.SyncBackend()
        self._seconds, self._tls = seconds, tls

    def fetch(
        self, typed: str, media_types: Sequence[str], *, most: int = MOST_BYTES, is_cut: bool = True
    ) -> Fetched:
        """Fetch what is at an address, of one of some media types; raise FetchFailed.

        Of more than `most` bytes, decompressed or not, the first are given; or Failure.TOO_LARGE
        where `is_cut` is false.
        """
        return self._follow(
            typed, lambda pool, target: self._ask(pool, target, media_types, most, is_cut=is_cut)
        )

    def probe(self, typed: str) -> int:
        """Give the status with which an address answers, after redirects; raise FetchFailed.

        A server that refuses HEAD, or breaks it off, is asked by GET; nothing of its answer is
        read.
        """
        try:
            status = self._follow(typed, partial(self._look, "HEAD"))
        except FetchFailed as failed:
            if failed.failure is not Failure.UNREACHABLE:
                raise
            status = 0
        return status if 0 < status < 400 else self._follow(typed, partial(self._look, "GET"))

    def _look(self, method: str, pool: httpcore.ConnectionPool, target: str) -> int | str:
        headers: dict[bytes | str, bytes | str] = {
            "User-Agent": self.agent, "Accept": "*/*", "Connection": "close",
        }  # fmt: skip
        timeouts = dict.fromkeys(("connect", "read", "write", "pool"), self._seconds)
        with pool.stream(
            method, target, headers=headers, extensions={"timeout": timeouts}
        ) as answer:
            said = {name.lower(): value.decode("latin-1") for name, value in answer.headers}
            is_redirect = answer.status in REDIRECTS and b"location" in said
            return said[b"location"] if is_redirect else answer.status

    def _follow(self, typed: str, ask: Callable[[httpcore.ConnectionPool, str], T | str]) -> T:
        """Ask an address, and each one that it redirects to, within the seconds of a fetch."""
        end = time.monotonic() + self._seconds
        backend = CheckedBackend(self._network, self._resolve, self._is_allowed, end)
        address = typed
        with httpcore.ConnectionPool(
            ssl_context=self._tls or tls_context(), network_backend=backend, retries=0
        ) as pool:
            for _redirect in range(MOST_REDIRECTS + 1):
                target = normalised(address)
                if target is None:
                    raise FetchFailed(Failure.ADDRESS)
                try:
                    found = ask(pool, target)
                except (httpcore.TimeoutException, httpcore.NetworkError, OSError):
                    raise FetchFailed(Failure.UNREACHABLE, is_final=False) from None
                except (httpcore.ProtocolError, zlib.error, ValueError):
                    raise FetchFailed(Failure.UNREACHABLE) from None
                if not isinstance(found, str):
                    return found
                address = _joined(target, found)
        raise FetchFailed(Failure.STATUS)

    def _ask(
        self,
        pool: httpcore.ConnectionPool,
        target: str,
        media_types: Sequence[str],
        most: int,
        *,
        is_cut: bool,
    ) -> Fetched | str:
        """Give the answer, or where it redirects to."""
        headers: dict[bytes | str, bytes | str] = {
            "User-Agent": self.agent,
            "Accept": ", ".join(media_types),
            "Accept-Encoding": "gzip",
            "Connection": "close",
        }
        timeouts = dict.fromkeys(("connect", "read", "write", "pool"), self._seconds)
        with pool.stream(
            "GET", target, headers=headers, extensions={"timeout": timeouts}
        ) as answer:
            said = {name.decode("latin-1").lower(): value.decode("latin-1")
                    for name, value in reversed(answer.headers)}  # fmt: skip
            if answer.status in REDIRECTS and "location" in said:
                return said["location"]
            if answer.status != 200:
                is_final = answer.status < 500 and answer.status not in (408, 429)
                raise FetchFailed(Failure.STATUS, is_final=is_final)
            media_type, charset = _kind_of(said.get("content-type", ""))
            if media_type not in media_types:
                raise FetchFailed(Failure.KIND)
            content, is_whole = _read(answer.iter_stream(), said.get("content-encoding", ""), most)
        if not is_whole and not is_cut:
            raise FetchFailed(Failure.TOO_LARGE)
        return Fetched(target, media_type, charset, content, is_whole)


class CheckedBackend(httpcore.NetworkBackend):
    """Connects to public addresses only, and lets nothing last beyond a moment of the clock."""

    def __init__(
        self,
        network: httpcore.NetworkBackend,
        resolve: Resolve,
        is_allowed: IsAllowed,
        end: float,
    ) -> None:
        self._network, self._resolve = network, resolve
        self._is_allowed, self._end = is_allowed, end

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of a name that answers; refuse a private one."""
        error: Exception = httpcore.ConnectError("no address")
        for address in self.check(host, port):
            seconds = min(CONNECT_SECONDS, _left(self._end, httpcore.ConnectTimeout))
            try:
                stream = self._network.connect_tcp(address, port, seconds)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failed:
                error = failed
            else:
                return _BoundedStream(stream, self._end)
        raise error

    def check(self, host: str, port: int) -> Sequence[str]:
        """Give the addresses of a name, or raise FetchFailed where one of them is private."""
        addresses = list(dict.fromkeys(self._found(host, port)))[:MOST_ADDRESSES]
        # One private address among public ones is no accident.
        if not all(self._is_allowed(each) for each in addresses):
            raise FetchFailed(Failure.ADDRESS)
        return addresses

    def _found(self, host: str, port: int) -> Sequence[str]:
        """Resolve a name in the time that is left: the system's resolver knows no end of ours."""
        answers: SimpleQueue[Sequence[str] | Exception] = SimpleQueue()

        def ask() -> None:
            try:
                answers.put(self._resolve(host.strip("[]"), port))
            except (OSError, UnicodeError) as error:
                answers.put(error)

        Thread(target=ask, daemon=True).start()
        try:
            answer = answers.get(timeout=_left(self._end, httpcore.ConnectTimeout))
        except Empty:
            raise httpcore.ConnectTimeout from None
        if isinstance(answer, Exception):
            raise httpcore.ConnectError from answer
        return answer

    def connect_unix_socket(self, *_args: Any, **_more: Any) -> httpcore.NetworkStream:
        """Refuse: no link leads into this machine."""
        raise FetchFailed(Failure.ADDRESS)


class _BoundedStream(httpcore.NetworkStream):
    """A connection that is read and written until a moment of the clock."""

    def __init__(self, stream: httpcore.NetworkStream, end: float) -> None:
        self._stream, self._end = stream, end

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read some bytes."""
        return self._stream.read(max_bytes, _left(self._end, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all bytes."""
        self._stream.write(buffer, _left(self._end, httpcore.WriteTimeout))

    def close(self) -> None:
        """Close it."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """Encrypt it, for the name that the link says."""
        left = _left(self._end, httpcore.ConnectTimeout)
        return _BoundedStream(self._stream.start_tls(ssl_context, server_hostname, left), self._end)

    def get_extra_info(self, info: str) -> Any:
        """Say something about the connection."""
        return self._stream.get_extra_info(info)


def _left(end: float, error: type[Exception]) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise error
    return left


@cache
def tls_context() -> ssl.SSLContext:
    """Give the context that checks certificates as browsers do, made once."""
    return httpcore.default_ssl_context()


def _joined(base: str, path: str) -> str:
    try:
        return urljoin(base, path)
    except ValueError:
        raise FetchFailed(Failure.ADDRESS) from None


def _kind_of(header: str) -> tuple[str, str]:
    said = Message()
    said["Content-Type"] = header[:200]
    return said.get_content_type(), str(said.get_content_charset() or "")


def _read(stream: Iterator[bytes], encoding: str, most: int) -> tuple[bytes, bool]:
    """Read no more than so many bytes, and decompress no more than as many."""
    encoding = encoding.strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise FetchFailed(Failure.KIND)
    unpack = zlib.decompressobj(wbits=31) if "gzip" in encoding else None
    content, received = b"", 0
    for piece in stream:
        received += len(piece)
        content += unpack.decompress(piece, most + 1 - len(content)) if unpack else piece
        if len(content) > most or received > most:
            return content[:most], False
    return content, unpack is None or unpack.eof
