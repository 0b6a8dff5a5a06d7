"""A Redis that does not answer refuses nobody: limits are not counted until it is back."""

import pytest
import requests
from flask import Flask
from websocket import WebSocket

from grandequipe.core.transactions import atomic
from grandequipe.live.connection_registry import MOST_SOCKETS_OF_A_MEMBER
from grandequipe.members.services import create_token
from tests.factories import PASSWORD, make_member, make_member_with_password
from tests.faults.conftest import FragileRedis
from tests.http_visitor import HttpVisitor
from tests.live.test_many_sockets import is_accepted, open_at
from tests.site import Site
from tests.waiting import wait_until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def alone(frail_site: Site, fragile_redis: FragileRedis) -> Site:
    """Start one web process, then kill its Redis."""
    frail_site.environment = {**frail_site.environment, "WEB_WORKERS": "1"}
    frail_site.start("web")
    frail_site.wait_until_up()
    fragile_redis.kill()
    return frail_site


def test_people_and_programs_come_in(app: Flask, alone: Site) -> None:
    alice, url = make_member_with_password("Alice Martin"), alone.url
    arrived = HttpVisitor(url).send("/connexion", email=alice.email, password=PASSWORD)
    assert (arrived.status_code, arrived.url) == (200, f"{url}/")
    zoe = {"email": "zoe@example.org", "display_name": "Zoé Roux", "password": PASSWORD}
    registered = HttpVisitor(url).send("/inscription", **zoe)
    assert registered.status_code == 200
    assert registered.url != f"{url}/inscription"
    assert HttpVisitor(url).send("/mot-de-passe-oublie", email=alice.email).status_code == 200
    asked = {"email": alice.email, "password": PASSWORD, "name": "robot", "scopes": ["read"]}
    assert requests.post(f"{url}/api/v1/tokens", json=asked, timeout=30).status_code == 201


def test_each_process_holds_to_its_own_limit_of_sockets(app: Flask, alone: Site) -> None:
    """A7: what cannot be counted for the site is counted here."""
    alice = make_member("Alice Martin")
    with atomic():
        token = create_token(alice, "robot", ["read"])[0]
    sockets: list[WebSocket] = []

    def comes_in() -> bool:
        sockets.append(open_at(alone.port))
        return is_accepted(sockets[-1], token)

    try:
        assert [comes_in() for _number in range(MOST_SOCKETS_OF_A_MEMBER)].count(False) == 0
        assert [comes_in() for _number in range(3)].count(True) == 0
        sockets[0].send("41/live,")
        wait_until(comes_in, "there is room for one more")
    finally:
        for each in sockets:
            each.shutdown()
