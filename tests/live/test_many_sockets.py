"""Many sockets at once leave room for others, and for pages."""

import json
import urllib.request
from collections.abc import Iterator

import pytest
from websocket import WebSocket, create_connection

from grandequipe.core.transactions import atomic
from grandequipe.live.desk import MOST_SOCKETS_OF_A_MEMBER, READ_AT_ONCE
from grandequipe.members.services import create_token
from tests.factories import Cast, make_post
from tests.live.conftest import Listen
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


def come_in(sockets: list[WebSocket], token: str) -> None:
    """Have every socket show the token."""
    for each in sockets:
        each.send("40/live," + json.dumps({"token": token}))


def hears(socket: WebSocket, event: str) -> bool:
    """Read until the event is heard; a socket that never hears it is an error of time."""
    while f'["{event}"' not in socket.recv():
        pass
    return True


def test_a_member_has_so_many_sockets_and_others_have_theirs(
    sockets: list[WebSocket], other_server: Site, listen: Listen, cast: Cast
) -> None:
    with atomic():
        token = create_token(cast.chloe, "robot", ["read"])[0]
    come_in(sockets, token)
    answers = [each.recv() for each in sockets]
    let_in = [each for each, said in zip(sockets, answers, strict=True) if said.startswith("40")]
    turned_away = [said for said in answers if said.startswith("44")]
    assert (len(let_in), len(turned_away)) == (MOST_SOCKETS_OF_A_MEMBER, 10)
    assert all("too many" in said for said in turned_away)
    assert all(hears(each, "ready") for each in let_in)
    ears = listen(cast.bruno, other_server)
    make_post(cast.amina, cast.ess)
    ears.wait_for("change")
    assert all(hears(each, "change") for each in let_in)


def test_those_who_come_in_at_once_leave_connections_to_pages(
    sockets: list[WebSocket], other_server: Site, cast: Cast
) -> None:
    with held_up("api_token", readers=True):
        come_in(sockets, "of whomever")
        wait_until(lambda: count_held_up() == READ_AT_ONCE, "their tokens are looked up")
        with urllib.request.urlopen(  # noqa: S310
            f"{other_server.url}/groupes", timeout=LONGEST_WAIT
        ) as page:
            assert page.status == 200
        assert count_held_up() == READ_AT_ONCE
    assert all(each.recv().startswith("44") for each in sockets)
