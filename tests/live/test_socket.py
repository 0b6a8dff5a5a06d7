"""Connecting a socket: sessions, tokens, origins, and when they end."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from socketio.exceptions import ConnectionError as Refused

from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.members.models import Member
from grandequipe.members.services import (
    create_token,
    end_access,
    revoke_token,
    suspend,
)
from tests.factories import Cast, make_post
from tests.live.conftest import Subscribe
from tests.locks import count_held_up, held_up
from tests.site import Site
from tests.socket_client import SocketClient, cookie_of, is_change
from tests.waiting import wait_until

pytestmark = pytest.mark.slow


def token_of(member: Member, *scopes: str) -> str:
    """Create a token of this member."""
    with atomic():
        return create_token(member, "robot", scopes)[0]


def test_a_page_gets_its_positions(subscribe: Subscribe, cast: Cast) -> None:
    ready = subscribe(cast.chloe).wait_for("ready")
    groups = (cast.ess, cast.private, cast.hidden, cast.moderated)
    assert set(ready["heads"]) == {cast.chloe.stream.name, *(group.stream.name for group in groups)}
    assert ready["cursor"]


def test_nobody_comes_in_without_a_session_or_a_token(site: Site, cast: Cast) -> None:
    for client in (
        SocketClient(site.url),
        SocketClient(site.url, cookie="session=made-up"),
        SocketClient(site.url, token="made-up"),
        SocketClient(site.url, token=token_of(cast.chloe, "write")),
    ):
        with pytest.raises(Refused, match="namespaces failed"):
            client.connect()


def test_a_program_comes_in_with_a_token(site: Site, cast: Cast) -> None:
    with SocketClient(site.url, token=token_of(cast.chloe, "read")) as client:
        client.wait_for("ready")
        post = make_post(cast.bruno, cast.ess)
        client.wait_for("change", is_change("post.published", post.id))


def test_a_page_of_another_site_is_refused(
    site: Site, cast: Cast, browser: Callable[[Member], FlaskClient]
) -> None:
    cookie = cookie_of(browser(cast.chloe))
    with pytest.raises(Refused):
        SocketClient(site.url, cookie=cookie, origin="https://elsewhere.example").connect()
    with SocketClient(site.url, cookie=cookie, origin=site.url) as client:
        client.wait_for("ready")


def test_websocket_is_the_only_transport(visitor: FlaskClient) -> None:
    answer = visitor.get("/socket.io/?EIO=4&transport=polling")
    assert answer.status_code == 400


def test_a_changed_password_ends_other_sessions_sockets(
    app: Flask, subscribe: Subscribe, site: Site, cast: Cast
) -> None:
    token = token_of(cast.chloe, "read")
    page, robot, other = (
        subscribe(cast.chloe),
        SocketClient(site.url, token=token),
        subscribe(cast.bruno),
    )
    robot.connect()
    with atomic():
        cast.chloe.fs_uniquifier = "another"
        end_access(cast.chloe)
    page.wait_for("disconnect")
    robot.wait_for("disconnect")
    post = make_post(cast.amina, cast.ess)
    other.wait_for("change", is_change("post.published", post.id))


def test_a_suspension_ends_all_sockets(subscribe: Subscribe, site: Site, cast: Cast) -> None:
    page, robot = (
        subscribe(cast.chloe),
        SocketClient(site.url, token=token_of(cast.chloe, "read")),
    )
    robot.connect()
    with atomic():
        suspend(cast.farid, cast.chloe, "Des messages publicitaires.")
    page.wait_for("disconnect")
    robot.wait_for("disconnect")


def test_logging_out_cuts_the_sockets_of_that_log_in_only(
    subscribe: Subscribe, site: Site, cast: Cast, browser: Callable[[Member], FlaskClient]
) -> None:
    phone, laptop = browser(cast.chloe), subscribe(cast.chloe)
    copied = cookie_of(phone)
    with SocketClient(site.url, cookie=copied) as stolen:
        stolen.wait_for("ready")
        phone.send("/deconnexion")  # type: ignore[attr-defined]
        stolen.wait_for("disconnect")
    with pytest.raises(Refused, match="namespaces failed"):
        SocketClient(site.url, cookie=copied).connect()
    post = make_post(cast.amina, cast.ess)
    laptop.wait_for("change", is_change("post.published", post.id))


def test_a_query_that_waits_holds_up_nobody_else(
    subscribe: Subscribe, site: Site, cast: Cast
) -> None:
    """Web processes wait for PostgreSQL in greenlets and serve others meanwhile."""
    token, number = token_of(cast.bruno, "read"), 6
    robots = [SocketClient(site.url, token=token) for _ in range(number)]
    with ThreadPoolExecutor(number) as pool:
        with held_up("api_token", readers=True):
            comings = [pool.submit(robot.connect) for robot in robots]
            wait_until(lambda: count_held_up() == number, "their tokens are looked up")
            subscribe(cast.chloe).close()
        for robot, coming in zip(robots, comings, strict=True):
            coming.result()
            robot.close()


def test_a_revoked_token_hears_nothing_more_at_any_server(
    subscribe: Subscribe, site: Site, other_server: Site, cast: Cast
) -> None:
    with atomic():
        key, token = create_token(cast.chloe, "robot", ["read"])
    page, robots = (
        subscribe(cast.chloe),
        [SocketClient(at.url, token=key) for at in (site, other_server)],
    )
    for robot in robots:
        robot.connect()
        robot.wait_for("ready")
    with atomic():
        revoke_token(token)
    post = make_post(cast.bruno, cast.ess)
    page.wait_for("change", is_change("post.published", post.id))
    for robot in robots:
        robot.wait_for("disconnect")
        assert robot.recorded_changes() == []


def test_a_session_that_was_ended_hears_nothing_more_at_any_server(
    subscribe: Subscribe, other_server: Site, cast: Cast, browser: Callable[[Member], FlaskClient]
) -> None:
    phone, laptop = browser(cast.chloe), subscribe(cast.chloe)
    with SocketClient(other_server.url, cookie=cookie_of(phone)) as page:
        page.wait_for("ready")
        phone.send("/deconnexion")  # type: ignore[attr-defined]
        post = make_post(cast.bruno, cast.ess)
        laptop.wait_for("change", is_change("post.published", post.id))
        page.wait_for("disconnect")
        assert page.recorded_changes() == []


def test_whose_key_ends_before_the_greeting_is_not_greeted(
    subscribe: Subscribe, other_server: Site, cast: Cast
) -> None:
    """The member's page stays; the program receives nothing, not even the heads of streams."""
    with atomic():
        key, token = create_token(cast.chloe, "robot", ["read"])
    page, robot = subscribe(cast.chloe, other_server), SocketClient(other_server.url, token=key)
    with held_up("browser_session", readers=True):
        robot.connect()
        wait_until(lambda: count_held_up() > 0, "those who listen are looked up")
        with atomic():
            token.expires_at = clock.now() - timedelta(seconds=1)
    robot.wait_for("disconnect")
    assert [event for event, _payload in robot.received] == ["disconnect"]
    post = make_post(cast.bruno, cast.ess)
    page.wait_for("change", is_change("post.published", post.id))
