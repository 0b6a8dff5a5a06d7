"""A site of somebody else, on this machine: it answers whatever a scene has it answer."""

import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any

import httpcore

from grandequipe.core.fetching import Fetcher

Answer = bytes | Callable[[], Iterable[bytes]]


def page(body: str | bytes, kind: str = "text/html; charset=utf-8", *more: str) -> bytes:
    """Write an answer with a body."""
    content = body.encode() if isinstance(body, str) else body
    head = [f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}", *more]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + content


def redirect(address: str, status: int = 302) -> bytes:
    """Write an answer that leads elsewhere."""
    return f"HTTP/1.1 {status} Moved\r\nLocation: {address}\r\nContent-Length: 0\r\n\r\n".encode()


class ToPort(httpcore.SyncBackend):
    """Connect to one port of an address, whatever the port that is asked for."""

    def __init__(self, port: int) -> None:
        self.port = port

    def connect_tcp(self, host: str, port: int, *more: Any, **named: Any) -> httpcore.NetworkStream:
        """Connect."""
        return super().connect_tcp(host, self.port, *more, **named)


@dataclass
class ForeignSite:
    """A server: `answers` by path, and the requests that it got."""

    listener: socket.socket
    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    ended: Event = field(default_factory=Event)

    @property
    def port(self) -> int:
        """The port on which it listens."""
        return int(self.listener.getsockname()[1])

    def url(self, path: str, host: str = "site.example") -> str:
        """Give an address of it, under a name."""
        return f"http://{host}{path}"

    def serve(self) -> None:
        """Answer until it is ended."""
        while True:
            try:
                connection, _from = self.listener.accept()
            except OSError:
                return
            Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            request = b""
            while b"\r\n\r\n" not in request:
                if not (piece := connection.recv(65_536)):
                    return
                request += piece
            self.requests.append(request.decode("latin-1"))
            answer = self.answers.get(request.split(b" ")[1].decode(), b"HTTP/1.1 404 No\r\n\r\n")
            for each in [answer] if isinstance(answer, bytes) else answer():
                connection.sendall(each)

    def fetcher(self, seconds: float = 5.0, **names: str) -> Fetcher:
        """Make what fetches from this server, by the names that lead here or elsewhere."""
        known = {"site.example": "127.0.0.1", **names}
        return Fetcher(
            "GrandeEquipe/test",
            resolve=lambda host, _port: [known.get(host, host)],
            is_allowed=lambda address: address == "127.0.0.1",
            network=ToPort(self.port),
            seconds=seconds,
        )


@contextmanager
def foreign_site() -> Iterator[ForeignSite]:
    """Run a server for a scene."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        site = ForeignSite(listener)
        Thread(target=site.serve, daemon=True).start()
        try:
            yield site
        finally:
            site.ended.set()
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
