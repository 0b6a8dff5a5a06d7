"""A socket that sends other frames than connect, pong and close is closed without a reply."""

import json
from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient
from websocket import ABNF, WebSocket, WebSocketConnectionClosedException, create_connection

from grandequipe.core.transactions import atomic
from grandequipe.groups.services import leave_everything
from grandequipe.members.models import Member
from grandequipe.members.services import create_token, end_access, erase_member, revoke_token
from tests.factories import Cast, make_post
from tests.live.conftest import Subscribe
from tests.site import Site
from tests.socket_client import cookie_of, is_change

pytestmark = pytest.mark.slow

CONNECT = "40/live,"
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


def is_closed(socket: WebSocket) -> bool:
    """Read until the server closes the socket; a timeout is an error."""
    try:
        while socket.recv():
            pass
    except (WebSocketConnectionClosedException, ConnectionError):
        pass
    return True


def log_of(site: Site) -> str:
    """Read the log of the web processes."""
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
    assert is_closed(socket)
    assert "Traceback" not in log_of(site).removeprefix(before)


UNEXPECTED_OF_MEMBER: dict[str, str | bytes] = {
    "an event": '42/live,["join"]',
    "that it comes, again": CONNECT,
    "that it comes elsewhere": "40/other,",
    "that it comes to the root": "40",
    "that it leaves the namespace": "41/live,",
    "that it leaves, written shorter": "41/live",
    "that it leaves the root": "41",
    "that it leaves with a question": "41/live?x,",
    "an answer to a ping that it never had": "3",
    "an answer with more": "3probe",
    "an upgrade": "5",
    "a ping of its own": "2",
    "bytes of an answer": b"3",
    "too much": "4" + "x" * 100_000,
}


@pytest.mark.parametrize("name", UNEXPECTED_OF_MEMBER)
def test_a_member_s_socket_that_says_more_is_cut_off(
    open_socket: Open, cast: Cast, browser: Callable[[Member], FlaskClient], name: str
) -> None:
    """A7: the transport ends too, for a client that does not close it.

    A client that left the namespace and kept the transport was counted no more, and never closed.
    """
    socket, frame = open_socket(cookie_of(browser(cast.chloe))), UNEXPECTED_OF_MEMBER[name]
    socket.send(CONNECT)
    assert socket.recv().startswith("40/live,")
    socket.send_binary(frame) if isinstance(frame, bytes) else socket.send(frame)
    assert is_cut_off(socket)


def test_what_comes_in_pieces_is_one_frame(
    open_socket: Open, cast: Cast, browser: Callable[[Member], FlaskClient]
) -> None:
    """A connect packet in two frames is accepted, one that leaves the namespace is cut off."""
    socket = open_socket(cookie_of(browser(cast.chloe)))
    send_in_pieces(socket, "40/l", "ive,")
    assert socket.recv().startswith("40/live,")
    send_in_pieces(socket, "41/l", "ive,")
    assert is_cut_off(socket)


def send_in_pieces(socket: WebSocket, first: str, last: str) -> None:
    """Send one text in two frames (RFC 6455, section 5.4)."""
    socket.send_frame(ABNF(0, 0, 0, 0, ABNF.OPCODE_TEXT, 1, first.encode()))
    socket.send_frame(ABNF(1, 0, 0, 0, ABNF.OPCODE_CONT, 1, last.encode()))


def is_cut_off(socket: WebSocket) -> bool:
    """Read bytes, answering nothing, until the connection ends; a timeout is an error."""
    try:
        while socket.sock.recv(4096):
            pass
    except ConnectionError:
        pass
    return True


def test_whose_access_ends_is_cut_off_even_if_they_do_not_hang_up(
    open_socket: Open, cast: Cast, browser: Callable[[Member], FlaskClient]
) -> None:
    """A7: a changed password, a log-out, a revoked key and a closed account end the transport."""
    with atomic():
        key, token = create_token(cast.driss, "robot", ["read"])
    phone = browser(cast.chloe)
    come_in = {
        "password": (cookie_of(browser(cast.bruno)), CONNECT),
        "log-out": (cookie_of(phone), CONNECT),
        "key": ("", CONNECT + json.dumps({"token": key})),
        "closing": (cookie_of(browser(cast.eva)), CONNECT),
    }
    sockets = {}
    for name, (cookie, coming) in come_in.items():
        sockets[name] = open_socket(cookie)
        sockets[name].send(coming)
        assert sockets[name].recv().startswith("40/live,")
    with atomic():
        cast.bruno.fs_uniquifier = "another"
        end_access(cast.bruno)
    with atomic():
        revoke_token(token)
    with atomic():
        leave_everything(cast.eva)
    with atomic():
        erase_member(cast.eva)
    phone.send("/deconnexion")  # type: ignore[attr-defined]
    assert [name for name, socket in sockets.items() if not is_cut_off(socket)] == []


def test_bytes_that_follow_a_promise_are_not_kept(open_socket: Open) -> None:
    """Not even read: the announcement of bytes ends the socket."""
    socket = open_socket()
    socket.send(UNEXPECTED["the promise of bytes"])
    with pytest.raises((WebSocketConnectionClosedException, ConnectionError)):
        send_without_end(socket, b"\xff" * 1000)


def send_without_end(socket: WebSocket, frame: bytes) -> None:
    """Send the same frame until sending fails."""
    while True:
        socket.send_binary(frame)


def test_a_rejected_client_gets_the_reason_and_is_disconnected(open_socket: Open) -> None:
    socket = open_socket()
    socket.send(CONNECT)
    assert socket.recv().startswith("44/live,")
    assert is_closed(socket)


def test_a_socket_that_never_comes_in_is_hung_up_on(open_socket: Open) -> None:
    assert is_closed(open_socket())


def test_a_page_that_only_listens_hears_all(subscribe: Subscribe, cast: Cast) -> None:
    client = subscribe(cast.chloe)
    post = make_post(cast.bruno, cast.ess)
    client.wait_for("change", is_change("post.published", post.id))
