"""A Redis that does not answer refuses nobody: limits are not counted until it is back."""

import urllib.request

import pytest
import requests

from tests.factories import PASSWORD, make_member_with_password
from tests.faults.conftest import FragileRedis
from tests.site import Site
from tests.visiting import Guest
from tests.waiting import wait_until

pytestmark = pytest.mark.slow


def is_up(url: str) -> bool:
    """Tell whether a web process answers."""
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:
        return False


def test_people_and_programs_come_in(frail_site: Site, fragile_redis: FragileRedis) -> None:
    alice, url = make_member_with_password("Alice Martin"), frail_site.url
    frail_site.start("web")
    wait_until(lambda: is_up(url), "the site answers", 60)
    fragile_redis.kill()
    arrived = Guest(url).send("/connexion", email=alice.email, password=PASSWORD)
    assert (arrived.status_code, arrived.url) == (200, f"{url}/")
    zoe = {"email": "zoe@example.org", "display_name": "Zoé Roux", "password": PASSWORD}
    registered = Guest(url).send("/inscription", **zoe)
    assert registered.status_code == 200
    assert registered.url != f"{url}/inscription"
    assert Guest(url).send("/mot-de-passe-oublie", email=alice.email).status_code == 200
    asked = {"email": alice.email, "password": PASSWORD, "name": "robot", "scopes": ["read"]}
    assert requests.post(f"{url}/api/v1/tokens", json=asked, timeout=30).status_code == 201
