"""A site under a path: sockets are served there, and not compressed."""

from pathlib import Path

import pytest
from websocket import create_connection

from tests.site import Site

pytestmark = pytest.mark.slow

TIMEOUT = 20


def test_a_socket_of_a_site_under_a_path_opens_and_ends_in_peace(
    site: Site, tmp_path: Path
) -> None:
    below = Site({**site.environment, "WEB_WORKERS": "1"}, tmp_path)
    below.environment = {**below.environment, "SITE_URL": f"{below.url}/a"}
    below.start("web")
    log = below.processes["web"].log
    try:
        below.wait_until_ready()
        address = f"ws://127.0.0.1:{below.port}/a/socket.io/?EIO=4&transport=websocket"
        socket = create_connection(address, timeout=TIMEOUT)
        assert socket.recv()[0] == "0"
        socket.send("40/live,")
        assert socket.recv().startswith("44/live,")
        socket.close()
    finally:
        below.stop()
    assert "Traceback" not in log.read_text()
