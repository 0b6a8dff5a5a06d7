"""Many readers at once, on keep-alive connections, from a process of its own.

    python -m benchmarks.load < plan.json    prints what it measured, as JSON

Each connection sends its next request when it has read the whole answer to the last one. The
load is bounded in time and goes to loopback only.
"""

import json
import re
import selectors
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import count
from typing import Any

LONGEST = 8.0
WARM_UP = 1.0
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
TAG = re.compile(rb"\r\netag: *([^\r]+)", re.IGNORECASE)
NOT_MODIFIED = b"304"
CHUNK = 1 << 18

_numbers = count(1)


@dataclass(frozen=True)
class Request:
    """One request, and the connection's own headers; "{n}" in its path is never the same twice.

    One that `revalidates` names the answer that the connection has, as browsers do (If-None-Match).
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: str = ""
    revalidates: bool = False

    def as_bytes(self, number: int = 0, tag: str = "") -> bytes:
        """Write it as it goes out; `tag` names the answer that the connection has."""
        body = self.body.encode()
        own = {"Host": "127.0.0.1", "Accept-Language": "fr", **self.headers}
        if tag:
            own["If-None-Match"] = tag
        if body:
            own["Content-Length"] = str(len(body))
        path = self.path.replace("{n}", str(number))
        lines = [f"{self.method} {path} HTTP/1.1", *(f"{k}: {v}" for k, v in own.items())]
        return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass(frozen=True)
class Measured:
    """What a load came to."""

    per_second: float
    p50_ms: float
    p95_ms: float
    kilobytes: float
    requests: int
    statuses: Mapping[str, int]

    def __str__(self) -> str:
        """Format the result in one line."""
        return (
            f"{self.per_second:,.0f}/s, p50 {self.p50_ms:.0f} ms, "
            f"p95 {self.p95_ms:.0f} ms, {self.kilobytes:.0f} KB"
        )


def run(port: int, requests: Sequence[Request], seconds: float = 5.0) -> Measured:
    """Give every connection its request, again and again, and measure."""
    plan = {"port": port, "seconds": seconds, "requests": [asdict(each) for each in requests]}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"],
        input=json.dumps(plan),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=LONGEST + 30,
    )
    return Measured(**json.loads(done.stdout))


class _Connection:
    """One reader."""

    def __init__(self, port: int, request: Request) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._request = request
        self._same = None if "{n}" in request.path else request.as_bytes()

    def ask(self) -> None:
        """Send the request."""
        self._read = bytearray()
        self._whole: int | None = None
        self.sent_at = time.perf_counter()
        self.socket.sendall(self._same or self._request.as_bytes(next(_numbers)))

    def has_answer(self) -> bool:
        """Read what came; return whether the response is complete."""
        received = self.socket.recv(CHUNK)
        if not received:
            raise ConnectionError("The server hung up.")
        self._read += received
        if self._whole is None:
            self._whole = self._find_whole()
        return self._whole is not None and len(self._read) >= self._whole

    def _find_whole(self) -> int | None:
        end = self._read.find(b"\r\n\r\n")
        if end < 0:
            return None
        tag = TAG.search(self._read, 0, end)
        if tag and self._request.revalidates:
            self._same = self._request.as_bytes(tag=tag[1].decode())
        if self._read[9:12] == NOT_MODIFIED:
            return end + 4
        found = LENGTH.search(self._read, 0, end + 2)
        if found is None:
            raise ValueError("An answer without a length.")
        return end + 4 + int(found[1])

    @property
    def status(self) -> str:
        """Give the status of the answer."""
        return self._read[9:12].decode()

    @property
    def size(self) -> int:
        """Give how many bytes came."""
        return len(self._read)


def _measure(port: int, requests: Sequence[Request], seconds: float) -> Measured:
    connections = [_Connection(port, request) for request in requests]
    warming, *_ = _go_round(connections, WARM_UP)
    started = time.perf_counter()
    times, sizes, statuses = _go_round(connections, min(seconds, LONGEST))
    lasted = time.perf_counter() - started
    times.sort()
    return Measured(
        per_second=len(times) / lasted,
        p50_ms=times[len(times) // 2] * 1000,
        p95_ms=times[int(len(times) * 0.95)] * 1000,
        kilobytes=sum(sizes) / len(sizes) / 1000,
        requests=len(warming) + len(times),
        statuses=dict(statuses),
    )


def _go_round(
    connections: Sequence[_Connection], seconds: float
) -> tuple[list[float], list[int], Counter[str]]:
    times: list[float] = []
    sizes: list[int] = []
    statuses: Counter[str] = Counter()
    until = time.perf_counter() + seconds
    with selectors.DefaultSelector() as selector:
        for connection in connections:
            connection.ask()
            selector.register(connection.socket, selectors.EVENT_READ, connection)
        while selector.get_map():
            for key, _ in selector.select(10):
                connection = key.data
                if not connection.has_answer():
                    continue
                now = time.perf_counter()
                times.append(now - connection.sent_at)
                sizes.append(connection.size)
                statuses[connection.status] += 1
                if now < until:
                    connection.ask()
                else:
                    selector.unregister(connection.socket)
    return times, sizes, statuses


def main() -> None:
    """Read a plan, measure, print the result."""
    plan: dict[str, Any] = json.load(sys.stdin)
    requests = [Request(**each) for each in plan["requests"]]
    print(json.dumps(asdict(_measure(plan["port"], requests, plan["seconds"]))))


if __name__ == "__main__":
    main()
