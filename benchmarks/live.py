"""One post broadcast to a thousand open pages: from the request that publishes it to the last page.

The pages are bare WebSockets in this one process, so that they cost the servers little CPU.
"""

import asyncio
import base64
import json
import os
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from itertools import chain
from statistics import median, quantiles
from time import perf_counter

import psutil
from sqlalchemy import insert, select

from benchmarks.comments import BODY
from benchmarks.load import Request
from benchmarks.rows import TOLERATED, Row
from benchmarks.stack import Program, Stack, start
from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.demo.seeding import Size
from grandequipe.extensions import db
from grandequipe.groups.models import Membership, MembershipState
from grandequipe.groups.services import GroupInput, create_group
from grandequipe.members.models import Member
from grandequipe.members.services import create_token

CLIENTS = 1_000
POSTS = 20
AT_ONCE = 50
LONGEST_WAIT = 60.0
GOAL_MS, GOAL_KB = 71 / TOLERATED, 73 / TOLERATED
GROUP = "mesure"
POST = json.dumps({"kind": "news", "title": "Mesure", "body_html": "<p>Un, deux.</p>"})


class Page(asyncio.Protocol):
    """The smallest page that listens: it answers pings and notes when a post is broadcast."""

    def __init__(self, host: str, token: str, on_broadcast: Callable[[float], None]) -> None:
        self.is_ready = asyncio.get_running_loop().create_future()
        self._host, self._token, self._on_broadcast = host, token, on_broadcast

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for a WebSocket."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
            f"Host: {self._host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        """Say who we are when asked, then listen."""
        now = perf_counter()
        if b'"post.published"' in data:
            self._on_broadcast(now)
        elif b'"ready"' in data and not self.is_ready.done():
            self.is_ready.set_result(None)
        elif b'"pingInterval"' in data:
            self._say("40/live," + json.dumps({"token": self._token}))
        elif data == b"\x81\x012":
            self._say("3")

    def close(self) -> None:
        """Hang up."""
        self._transport.close()

    def _say(self, text: str) -> None:
        """Send a short text frame; a mask of zeros is a mask."""
        payload = text.encode()
        assert len(payload) < 126
        self._transport.write(bytes((0x81, 0x80 | len(payload), 0, 0, 0, 0)) + payload)


class Crowd:
    """All pages together, and when each heard the present post."""

    def __init__(self, port: int, tokens: Sequence[str]) -> None:
        self._port = port
        self._tokens = tokens
        self._pages: list[Page] = []
        self._heard: list[float] = []
        self._all_heard = asyncio.Event()

    async def come(self) -> None:
        """Connect all, some at a time."""
        for first in range(0, len(self._tokens), AT_ONCE):
            coming = self._tokens[first : first + AT_ONCE]
            async with asyncio.timeout(LONGEST_WAIT):
                await asyncio.gather(*map(self._come_in, coming))

    async def hear(self, publish: Callable[[], Awaitable[None]]) -> list[float]:
        """Publish a post; give how long after that each page heard of it, in milliseconds."""
        self._heard.clear()
        self._all_heard.clear()
        start = perf_counter()
        await publish()
        async with asyncio.timeout(LONGEST_WAIT):
            await self._all_heard.wait()
        return [(moment - start) * 1000 for moment in self._heard]

    def leave(self) -> None:
        """Disconnect all."""
        for page in self._pages:
            page.close()

    async def _come_in(self, token: str) -> None:
        host = f"127.0.0.1:{self._port}"
        _transport, page = await asyncio.get_running_loop().create_connection(
            lambda: Page(host, token, self._note), "127.0.0.1", self._port
        )
        self._pages.append(page)
        await page.is_ready

    def _note(self, moment: float) -> None:
        self._heard.append(moment)
        if len(self._heard) == len(self._tokens):
            self._all_heard.set()


async def publish(port: int, request: Request) -> None:
    """Send the request that publishes a post."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request.as_bytes())
    status = await reader.readline()
    assert b" 201 " in status, status + await reader.read()
    writer.close()


def seed(stack: Stack) -> list[str]:
    """Make everybody a member of one new group; give a token of each, the owner's first."""
    with stack.app.app_context(), atomic():
        members = db.session.scalars(select(Member).order_by(Member.id).limit(CLIENTS)).all()
        group = create_group(members[0], GroupInput(GROUP))
        group.member_count = len(members)
        db.session.execute(
            insert(Membership).values(state=MembershipState.ACTIVE, since=clock.now()),
            [{"group_id": group.id, "member_id": member.id} for member in members[1:]],
        )
        return [create_token(member, "page", ("read", "write"))[0] for member in members]


def memory_of(site: Program) -> int:
    """Give what the web workers of a site hold, in bytes."""
    workers = psutil.Process(site.pid).children()
    return sum(worker.memory_full_info().uss for worker in workers)


async def listen(
    site: Program, port: int, tokens: Sequence[str], request: Request
) -> tuple[list[list[float]], float]:
    """Open the pages and publish; give each page's wait for each post, and the KB of a socket."""
    before, crowd = memory_of(site), Crowd(port, tokens)
    await crowd.come()
    size = (memory_of(site) - before) / len(tokens) / 1024
    publish_one = partial(publish, port, request)
    await crowd.hear(publish_one)
    waits = [await crowd.hear(publish_one) for _ in range(POSTS)]
    crowd.leave()
    return waits, size


def measure_live(stack: Stack) -> Row:
    """Broadcast some posts to a thousand pages, one after the other."""
    tokens = seed(stack)
    header = {"Content-Type": "application/json", "Connection": "close"}
    bare_post = Request("POST", "/published", header, BODY)
    header = {**header, "Authorization": f"Bearer {tokens[0]}"}
    post = Request("POST", f"/api/v1/groups/{GROUP}/posts", header, POST)
    bare_waits, bare_size = asyncio.run(listen(stack.bare, stack.bare_port, tokens, bare_post))
    waits, size = asyncio.run(listen(stack.web, stack.port, tokens, post))
    p95, bare_p95 = _p95(waits), _p95(bare_waits)
    last = median(map(max, waits))
    return Row(
        f"one post broadcast to {len(tokens):,} clients, commit included",
        f"p95 {p95:.0f} ms, the last {last:.0f} ms; {size:.0f} KB a socket",
        f"p95 {GOAL_MS:.0f} ms, {GOAL_KB:.0f} KB",
        p95 <= GOAL_MS and size <= GOAL_KB,
        f"p95 {bare_p95:.0f} ms, {bare_size:.0f} KB",
        bare_p95 / p95,
    )


def _p95(waits: Sequence[Sequence[float]]) -> float:
    return quantiles(chain.from_iterable(waits), n=20)[-1]


if __name__ == "__main__":
    with start(Size(members=CLIENTS, groups=1, posts=1, comments=1)) as running:
        print(measure_live(running).reached)
