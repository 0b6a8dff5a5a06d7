"""An open page misses nothing and sees nothing twice, whatever was cut."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from socketio.exceptions import ConnectionError as Refused

from grandequipe.core.transactions import atomic
from grandequipe.groups.services import leave_group
from grandequipe.members.models import Member
from grandequipe.members.services import create_token
from tests.factories import Cast, make_post
from tests.faults.conftest import FragileRedis, kill_children
from tests.site import Site
from tests.socket_client import SocketClient, cookie_of, is_change
from tests.waiting import wait_until

pytestmark = pytest.mark.slow

Answer = dict[str, Any]


@pytest.fixture(scope="module")
def started(frail_site: Site) -> Site:
    """Start two web processes, and nothing else."""
    frail_site.start("web")
    return frail_site


@pytest.fixture
def web(started: Site, app: Flask) -> Site:
    """Have them hear what happens: one scene kills what the other needs."""
    wait_until(lambda: "live: not listening to Redis" not in reasons(started), "it listens", 40)
    return started


def reasons(site: Site) -> list[str]:
    """Ask the site why it is not ready."""
    try:
        with urllib.request.urlopen(f"{site.url}/readyz", timeout=10) as answer:  # noqa: S310
            body = answer.read()
    except urllib.error.HTTPError as refusal:
        body = refusal.read()
    except OSError:
        return ["live: not listening to Redis"]
    found: list[str] = json.loads(body)["reasons"]
    return found


def ask(site: Site, token: str, path: str) -> Answer:
    """Ask the API."""
    request = urllib.request.Request(  # noqa: S310
        f"{site.url}/api/v1{path}", headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
        body: Answer = json.load(answer)
    return body


def token_of(member: Member) -> str:
    """Give a program of this member a key."""
    with atomic():
        return create_token(member, "page", ["read"])[0]


def connects(client: SocketClient) -> bool:
    """Try to connect, as a page does over and over."""
    try:
        client.connect()
    except Refused:
        return False
    return True


def test_a_page_whose_server_is_killed_comes_back_and_catches_up(web: Site, cast: Cast) -> None:
    token = token_of(cast.chloe)
    before, after = SocketClient(web.url, token=token), SocketClient(web.url, token=token)
    before.connect()
    cursor = before.wait_for("ready")["cursor"]
    kill_children(web, "web")
    before.wait_for("disconnect")
    missed = [make_post(cast.bruno, group).id for group in (cast.ess, cast.private) * 4]
    wait_until(lambda: connects(after), "the page comes back", 40)
    after.wait_for("ready")
    changes: list[Answer] = []
    more = True
    while more:
        page = ask(web, token, f"/changes?since={cursor}&limit=3")
        changes, cursor, more = changes + page["changes"], page["cursor"], page["more"]
    assert [change["subject"]["id"] for change in changes] == missed
    for group in (cast.ess, cast.private):
        recorded = [
            change["position"] for change in changes if change["stream"] == group.stream.name
        ]
        assert recorded == list(range(recorded[0], recorded[0] + 4))
    after.close()


def test_pages_hear_again_and_rooms_are_repaired_when_redis_is_back(
    web: Site,
    fragile_redis: FragileRedis,
    cast: Cast,
    browser: Callable[[Member], FlaskClient],
) -> None:
    """A member's event was broadcast on a Redis that this site does not listen to."""
    page = SocketClient(web.url, cookie=cookie_of(browser(cast.chloe)))
    page.connect()
    assert cast.ess.stream.name in page.wait_for("ready")["heads"]
    fragile_redis.kill()
    wait_until(lambda: "live: not listening to Redis" in reasons(web), "the site says so")
    with atomic():
        leave_group(cast.chloe, cast.ess)
    post = make_post(cast.bruno, cast.private)
    fragile_redis.start()
    heads = page.wait_for("heads", lambda heads: cast.ess.stream.name not in heads)
    assert (
        heads[cast.private.stream.name] > page.wait_for("ready")["heads"][cast.private.stream.name]
    )
    assert page.recorded_changes() == []
    wait_until(lambda: "live: not listening to Redis" not in reasons(web), "the site says so")
    comment_through(web, token_for_writing(cast.bruno), post.id)
    page.wait_for("change", is_change("comment.added"))
    page.close()


def token_for_writing(member: Member) -> str:
    """Give a program of this member a key with which it writes."""
    with atomic():
        return create_token(member, "robot", ["read", "write"])[0]


def comment_through(site: Site, token: str, post_id: int) -> None:
    """Comment through this site, which broadcasts on its own Redis."""
    request = urllib.request.Request(  # noqa: S310
        f"{site.url}/api/v1/posts/{post_id}/comments",
        data=json.dumps({"body_html": "<p>Bien reçu</p>"}).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
        assert answer.status == 201
