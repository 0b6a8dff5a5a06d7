"""A body that is sent by halves keeps neither a connection to the database nor the server."""

import socket
from collections.abc import Callable
from contextlib import ExitStack

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from grandequipe.core.transactions import atomic
from grandequipe.digests.models import DigestSubscription, Frequency
from grandequipe.digests.services import open_missing
from grandequipe.extensions import db
from grandequipe.members.models import Member
from grandequipe.members.services import create_token
from tests.factories import Cast
from tests.site import Site
from tests.socket_client import cookie_of
from tests.waiting import wait_until

# Half of the time for which a body is awaited; a page lasts less on a slow machine, too.
IDLE = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND state = 'idle in transaction' AND now() - state_change > interval '5 seconds'"
)


class HalfSent:
    """A request whose sender stops after eight of a hundred bytes, or of nobody knows how many."""

    def __init__(
        self, site: Site, path: str, header: str, kind: str, length: str = "Content-Length: 100"
    ) -> None:
        self._socket = socket.create_connection(("127.0.0.1", site.port))
        self._socket.sendall(
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\n{header}"
            f"Content-Type: {kind}\r\n{length}\r\n\r\n".encode()
            + (b"8\r\n" if "chunked" in length else b"")
            + b'{"up_to"'
        )
        self._socket.setblocking(False)
        self.answer = b""

    def __enter__(self) -> "HalfSent":
        return self

    def __exit__(self, *_error: object) -> None:
        self._socket.close()

    def is_over(self) -> bool:
        """Return whether the server answered and hung up."""
        try:
            piece = self._socket.recv(65_536)
        except BlockingIOError:
            return False
        self.answer += piece
        return not piece


@pytest.fixture
def routes(cast: Cast, browser: Callable[[Member], FlaskClient]) -> list[tuple[str, ...]]:
    """List the routes that query the session's member before they read the body."""
    with atomic():
        token = create_token(cast.chloe, "robot", ["write"])[0]
        open_missing()
        key = db.session.get_one(DigestSubscription, cast.chloe.id).unsubscribe_key
    cookie = f"Cookie: {cookie_of(browser(cast.chloe))}\r\n"
    bearer = f"Authorization: Bearer {token}\r\n"
    form = "application/x-www-form-urlencoded"
    db.session.rollback()
    return [
        ("/api/v1/notifications/read", bearer, "application/json"),
        ("/api/v1/groups", bearer, "application/json"),
        ("/api/v1/groups", bearer, "application/json", "Transfer-Encoding: chunked"),
        ("/langue", cookie, form),
        ("/lettre/desabonnement/" + key, "", form),
        ("/reglages/photo", cookie, "multipart/form-data; boundary=x"),
    ]


@pytest.mark.slow
def test_half_a_body_holds_no_connection_and_is_not_awaited_for_ever(
    site: Site, routes: list[tuple[str, ...]]
) -> None:
    with ExitStack() as stack, db.engine.connect() as watch:
        waiting = [stack.enter_context(HalfSent(site, *route)) for route in routes]
        most_idle = 0

        def is_over() -> bool:
            nonlocal most_idle
            most_idle = max(most_idle, watch.scalar(IDLE) or 0)
            watch.rollback()
            waiting[:] = [each for each in waiting if not each.is_over()]
            return not waiting

        answers = list(waiting)
        wait_until(is_over, "the server gives all of them up")
    assert most_idle == 0
    assert [each.answer.split(b"\r\n")[0] for each in answers] == [
        b"HTTP/1.1 408 REQUEST TIMEOUT"
    ] * len(routes)
    assert b"application/problem+json" in answers[0].answer


def test_what_is_half_here_is_not_acted_on(cast: Cast, visitor: FlaskClient) -> None:
    with atomic():
        open_missing()
    subscription = db.session.get_one(DigestSubscription, cast.chloe.id)
    answer = visitor.post(
        f"/lettre/desabonnement/{subscription.unsubscribe_key}",
        data=b"List-Unsub",
        content_type="application/x-www-form-urlencoded",
        environ_overrides={"CONTENT_LENGTH": "26", "wsgi.input_terminated": True},
    )
    assert answer.status_code == 400
    db.session.refresh(subscription)
    assert subscription.frequency is Frequency.WEEKLY


@pytest.mark.slow
@pytest.mark.parametrize("pieces", [b"zz\r\n", b"-5\r\n", b"3\r\nabcXX0\r\n\r\n"])
@pytest.mark.parametrize("path", ["/connexion", "/api/v1/tokens"])
def test_a_body_whose_pieces_are_written_wrongly_is_refused(
    site: Site, pieces: bytes, path: str
) -> None:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\n"
        "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", site.port)) as sent:
        sent.sendall(head.encode() + pieces)
        assert sent.recv(65_536).startswith(b"HTTP/1.1 400 ")
