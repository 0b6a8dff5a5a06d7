"""Many sockets at once leave room for others, and for pages (A7)."""

import json
import urllib.request
from collections.abc import Iterator

import pytest
from flask import Flask
from websocket import WebSocket, WebSocketBadStatusException, create_connection

from grandequipe.core import redis
from grandequipe.core.transactions import atomic
from grandequipe.live.connection_registry import MOST_SOCKETS_OF_A_MEMBER, READ_AT_ONCE
from grandequipe.live.counting import SiteCount
from grandequipe.live.handshakes import MOST_WAITING_HERE
from grandequipe.members.services import create_token
from tests.factories import Cast, make_post
from tests.live.conftest import Subscribe
from tests.locks import count_held_up, held_up
from tests.site import Site
from tests.waiting import wait_until

pytestmark = pytest.mark.slow

LONGEST_WAIT = 20
MANY = MOST_SOCKETS_OF_A_MEMBER + 10


@pytest.fixture
def sockets(other_server: Site) -> Iterator[list[WebSocket]]:
    """Open more sockets than a member may have, and than there are connections, at one process."""
    address = f"ws://127.0.0.1:{other_server.port}/socket.io/?EIO=4&transport=websocket"
    opened = [create_connection(address, timeout=LONGEST_WAIT) for _number in range(MANY)]
    for each in opened:
        assert each.recv()[0] == "0"
    yield opened
    for each in opened:
        each.close()


def connect_all(sockets: list[WebSocket], token: str) -> None:
    """Send the connect packet with the token from every socket."""
    for each in sockets:
        each.send("40/live," + json.dumps({"token": token}))


def receives(socket: WebSocket, event: str) -> bool:
    """Read until the event is received; a timeout is an error."""
    while f'["{event}"' not in socket.recv():
        pass
    return True


def test_a_member_has_so_many_sockets_and_others_have_theirs(
    sockets: list[WebSocket], other_server: Site, subscribe: Subscribe, cast: Cast
) -> None:
    with atomic():
        token = create_token(cast.chloe, "robot", ["read"])[0]
    connect_all(sockets, token)
    answers = [each.recv() for each in sockets]
    accepted = [each for each, reply in zip(sockets, answers, strict=True) if reply[:2] == "40"]
    rejections = [reply for reply in answers if reply.startswith("44")]
    assert (len(accepted), len(rejections)) == (MOST_SOCKETS_OF_A_MEMBER, 10)
    assert all("too many" in reply for reply in rejections)
    assert all(receives(each, "ready") for each in accepted)
    client = subscribe(cast.bruno, other_server)
    make_post(cast.amina, cast.ess)
    client.wait_for("change")
    assert all(receives(each, "change") for each in accepted)


def test_those_who_come_in_at_once_leave_connections_to_pages(
    sockets: list[WebSocket], other_server: Site, cast: Cast
) -> None:
    with held_up("api_token", readers=True):
        connect_all(sockets, "of whomever")
        wait_until(lambda: count_held_up() == READ_AT_ONCE, "their tokens are looked up")
        with urllib.request.urlopen(  # noqa: S310
            f"{other_server.url}/groupes", timeout=LONGEST_WAIT
        ) as page:
            assert page.status == 200
        assert count_held_up() == READ_AT_ONCE
    assert all(each.recv().startswith("44") for each in sockets)


def open_at(port: int) -> WebSocket:
    """Open a bare socket."""
    address = f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket"
    opened = create_connection(address, timeout=LONGEST_WAIT)
    assert opened.recv()[0] == "0"
    return opened


def is_accepted(socket: WebSocket, token: str) -> bool:
    """Send the connect packet with the token; return whether it is accepted.

    Events of a member's other sockets may come in between.
    """
    socket.send("40/live," + json.dumps({"token": token}))
    while (answer := str(socket.recv())).startswith("42"):
        pass
    assert answer[:2] in {"40", "44"}, answer
    return answer.startswith("40")


def test_the_sockets_of_a_member_are_counted_for_the_whole_site(
    site: Site, other_server: Site, subscribe: Subscribe, cast: Cast
) -> None:
    """Three processes share the limit; a socket that leaves the namespace is counted no more."""
    with atomic():
        token = create_token(cast.chloe, "robot", ["read"])[0]
    sockets: list[WebSocket] = []

    def comes_in(at: Site = other_server) -> bool:
        sockets.append(open_at(at.port))
        return is_accepted(sockets[-1], token)

    try:
        for at in (site, other_server):
            assert all(comes_in(at) for _number in range(MOST_SOCKETS_OF_A_MEMBER // 2))
        assert [comes_in(at) for at in (site, other_server)] == [False, False]
        subscribe(cast.bruno, other_server)
        for each in sockets[:3]:
            each.send("41/live,")
        for _number in range(3):
            wait_until(comes_in, "there is room for those who come now")
        assert not comes_in()
    finally:
        for each in sockets:
            each.close()


def test_so_many_of_one_place_may_wait_to_come_in(other_server: Site, cast: Cast) -> None:
    """An authenticated socket is counted no more, nor is a closed one."""
    with atomic():
        token = create_token(cast.chloe, "robot", ["read"])[0]
    waiting = [open_at(other_server.port) for _number in range(MOST_WAITING_HERE)]
    try:
        with pytest.raises(WebSocketBadStatusException, match="429"):
            open_at(other_server.port)
        assert is_accepted(waiting[0], token)
        waiting.append(open_at(other_server.port))
        with pytest.raises(WebSocketBadStatusException, match="429"):
            open_at(other_server.port)
        waiting[1].shutdown()

        def is_let_wait() -> bool:
            try:
                waiting.append(open_at(other_server.port))
            except WebSocketBadStatusException:
                return False
            return True

        wait_until(is_let_wait, "one who went makes room")
    finally:
        for each in waiting:
            each.shutdown()


def test_a_count_outlives_no_process_that_was_killed(app: Flask) -> None:
    """What is not renewed expires; what is renewed stays."""
    count = SiteCount(redis.client(), "test:count", most=2, seconds=2)
    assert [count.acquire("somebody", sid) for sid in ("a", "b", "c")] == [True, True, False]
    assert count.acquire("somebody else", "d")
    count.release("somebody", "b")
    assert count.acquire("somebody", "c")
    longer = SiteCount(redis.client(), "test:count", most=2, seconds=3600)
    longer.renew({"somebody": ["a"]})
    wait_until(lambda: count.acquire("somebody", "e"), "c is counted no longer")
    assert not count.acquire("somebody", "f"), "a is counted still"
