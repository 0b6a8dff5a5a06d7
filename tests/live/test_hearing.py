"""A socket that says more than that it comes, lives and goes is hung up on, without a word."""

import json
from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient
from websocket import WebSocket, WebSocketConnectionClosedException, create_connection

from grandequipe.members.models import Member
from tests.ears import cookie_of, is_change
from tests.factories import Cast, make_post
from tests.live.conftest import Listen
from tests.site import Site

pytestmark = pytest.mark.slow

COMING = "40/live,"
LONGEST_WAIT = 20
Open = Callable[..., WebSocket]


@pytest.fixture
def open_socket(site: Site) -> Iterator[Open]:
    """Open a bare WebSocket, as a visitor or with a member's cookie."""
    opened: list[WebSocket] = []

    def open_one(cookie: str = "") -> WebSocket:
        address = f"ws://127.0.0.1:{site.port}/socket.io/?EIO=4&transport=websocket"
        opened.append(create_connection(address, timeout=LONGEST_WAIT, cookie=cookie or None))
        assert opened[-1].recv()[0] == "0"
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


def is_hung_up_on(socket: WebSocket) -> bool:
    """Read until the server hangs up; a socket that stays open is an error of time."""
    try:
        while socket.recv():
            pass
    except (WebSocketConnectionClosedException, ConnectionError):
        pass
    return True


def log_of(site: Site) -> str:
    """Read what the web processes wrote down."""
    return site.processes["web"].log.read_text()


UNEXPECTED: dict[str, str | bytes] = {
    "no packet": "z",
    "nothing": "",
    "no number of Socket.IO": "4z",
    "base64": "b!",
    "bytes": b"\xff" * 100,
    "an event": '42/live,["join","group:1"]',
    "an answer": "43/live,1[]",
    "the promise of bytes": '4599999999-/live,["x",{"_placeholder":true,"num":0}]',
    "another namespace": "40",
    "a namespace with a question": "40/live?x,",
    "no JSON": "40/live,{",
    "no object": "40/live,[]",
    "nested lists": "40/live," + json.dumps({"token": [[[[]]]]}),
    "a question by the other side": "2probe",
    "a token that no bytes can write": '40/live,{"token":"\\ud800"}',
}


@pytest.mark.parametrize("name", UNEXPECTED)
def test_what_is_unexpected_ends_a_visitor_s_socket_and_is_not_noted(
    site: Site, open_socket: Open, name: str
) -> None:
    before, frame = log_of(site), UNEXPECTED[name]
    socket = open_socket()
    socket.send_binary(frame) if isinstance(frame, bytes) else socket.send(frame)
    assert is_hung_up_on(socket)
    assert "Traceback" not in log_of(site).removeprefix(before)


@pytest.mark.parametrize("frame", ['42/live,["join"]', COMING, "4" + "x" * 100_000])
def test_a_member_s_socket_that_says_more_is_hung_up_on(
    open_socket: Open, cast: Cast, browser: Callable[[Member], FlaskClient], frame: str
) -> None:
    socket = open_socket(cookie_of(browser(cast.chloe)))
    socket.send(COMING)
    assert socket.recv().startswith("40/live,")
    socket.send(frame)
    assert is_hung_up_on(socket)


def test_bytes_that_follow_a_promise_are_not_kept(open_socket: Open) -> None:
    """Not even read: the socket is gone with the promise."""
    socket = open_socket()
    socket.send(UNEXPECTED["the promise of bytes"])
    with pytest.raises((WebSocketConnectionClosedException, ConnectionError)):
        send_without_end(socket, b"\xff" * 1000)


def send_without_end(socket: WebSocket, frame: bytes) -> None:
    """Send the same over and over, until it can be sent no more."""
    while True:
        socket.send_binary(frame)


def test_who_is_turned_away_is_told_why_and_hung_up_on(open_socket: Open) -> None:
    socket = open_socket()
    socket.send(COMING)
    assert socket.recv().startswith("44/live,")
    assert is_hung_up_on(socket)


def test_a_socket_that_never_comes_in_is_hung_up_on(open_socket: Open) -> None:
    assert is_hung_up_on(open_socket())


def test_a_page_that_only_listens_hears_all(listen: Listen, cast: Cast) -> None:
    ears = listen(cast.chloe)
    post = make_post(cast.bruno, cast.ess)
    ears.wait_for("change", is_change("post.published", post.id))
