"""Socket clients of either of two web servers on the same data."""

from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient

from grandequipe.members.models import Member
from tests.site import Site
from tests.socket_client import SocketClient, cookie_of

Subscribe = Callable[..., SocketClient]


@pytest.fixture(scope="session")
def other_server(running_site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Start one more web server, of one process, beside the site, as on a second machine."""
    environment = {**running_site.environment, "WEB_WORKERS": "1"}
    started = Site(environment, tmp_path_factory.mktemp("other_server"))
    started.start("web")
    try:
        started.wait_until_ready()
        yield started
    finally:
        started.stop()


@pytest.fixture
def subscribe(site: Site, browser: Callable[[Member], FlaskClient]) -> Iterator[Subscribe]:
    """Connect sockets with members' cookies until "ready" is received; close them at the end."""
    opened: list[SocketClient] = []

    def open_page(member: Member, at: Site = site) -> SocketClient:
        client = SocketClient(at.url, cookie=cookie_of(browser(member)))
        client.connect()
        opened.append(client)
        client.wait_for("ready")
        return client

    yield open_page
    for client in opened:
        client.close()
