"""Pages that listen, at either of two web servers on the same data."""

from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient

from grandequipe.members.models import Member
from tests.ears import Ears, cookie_of
from tests.site import Site

Listen = Callable[..., Ears]


@pytest.fixture(scope="session")
def other_server(running_site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Start one more web server beside the running site, as on a second machine, of one process."""
    environment = {**running_site.environment, "WEB_WORKERS": "1"}
    started = Site(environment, tmp_path_factory.mktemp("other_server"))
    started.start("web")
    try:
        started.wait_until_ready()
        yield started
    finally:
        started.stop()


@pytest.fixture
def subscribe(site: Site, browser: Callable[[Member], FlaskClient]) -> Iterator[Listen]:
    """Open a member's page that listens and has been greeted; all close with the scene."""
    opened: list[Ears] = []

    def open_page(member: Member, at: Site = site) -> Ears:
        ears = Ears(at.url, cookie=cookie_of(browser(member)))
        ears.connect()
        opened.append(ears)
        ears.wait_for("ready")
        return ears

    yield open_page
    for ears in opened:
        ears.close()
