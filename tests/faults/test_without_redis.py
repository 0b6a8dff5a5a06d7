"""A Redis that does not answer refuses nobody: limits are not counted until it is back."""

import json
import re
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest

from tests.factories import PASSWORD, make_member_with_password
from tests.faults.conftest import FragileRedis
from tests.site import Site
from tests.waiting import wait_until

pytestmark = pytest.mark.slow

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def is_up(url: str) -> bool:
    """Tell whether a web process answers."""
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:
        return False


def send(browser: OpenerDirector, address: str, **form: str) -> str:
    """Open a page, send its form, and give where that led."""
    with browser.open(address, timeout=30) as page:
        token = TOKEN.search(page.read().decode())
    assert token
    body = urllib.parse.urlencode({**form, "csrf_token": token[1]}).encode()
    with browser.open(address, body, timeout=30) as answer:
        return str(answer.url)


def test_people_and_programs_come_in(frail_site: Site, fragile_redis: FragileRedis) -> None:
    alice, url = make_member_with_password("Alice Martin"), frail_site.url
    frail_site.start("web")
    wait_until(lambda: is_up(url), "the site answers", 60)
    fragile_redis.kill()
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    assert send(browser, f"{url}/connexion", email=alice.email, password=PASSWORD) == f"{url}/"
    zoe = {"email": "zoe@example.org", "display_name": "Zoé Roux", "password": PASSWORD}
    visitor = build_opener(HTTPCookieProcessor(CookieJar()))
    assert send(visitor, f"{url}/inscription", **zoe) != f"{url}/inscription"
    send(visitor, f"{url}/mot-de-passe-oublie", email=alice.email)
    asked = {"email": alice.email, "password": PASSWORD, "name": "robot", "scopes": ["read"]}
    request = urllib.request.Request(  # noqa: S310
        f"{url}/api/v1/tokens", json.dumps(asked).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        assert answer.status == 201
