"""Webhooks reach public addresses alone, whatever way of writing leads elsewhere."""

import pytest

from grandequipe.core.fetching import Failure, FetchFailed
from grandequipe.core.sending import Sender
from grandequipe.webhooks.models import Webhook
from grandequipe.webhooks.services.sending import SENDER
from grandequipe.webhooks.tasks import deliver_waiting
from tests.core.test_fetching import site as site
from tests.link_previews.foreign import ToPort
from tests.webhooks.conftest import page_of, set_up
from tests.webhooks.receiver import receiving

# Of parts.md, and what else leads to this machine or network.
PRIVATE = [
    "127.0.0.1", "0x7f000001", "2130706433", "127.1", "0177.0.0.1", "localhost", "[::1]", "0",
    "[::ffff:127.0.0.1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "10.0.0.1",
    "169.254.169.254", "100.64.0.1", "192.168.1.1", "172.16.0.1", "[fe80::1]", "[fc00::1]",
]  # fmt: skip


@pytest.mark.parametrize("host", PRIVATE)
def test_nothing_is_sent_to_a_private_address_however_it_is_written(host):
    with receiving() as receiver:
        sender = Sender("test", network=ToPort(receiver.server_port))
        address = f"https://{host}/"
        with pytest.raises(FetchFailed) as failed:
            sender.send(address, b"{}", {})
        assert failed.value.failure in (Failure.ADDRESS, Failure.UNREACHABLE)
        assert receiver.received == []


def test_a_private_address_is_refused_when_it_is_saved(cast, browser):
    amina = browser(cast.amina)
    for host in ("127.0.0.1", "[::1]", "169.254.169.254", "localhost", "2130706433"):
        form = {"name": "x", "address": f"https://{host}/", "kinds": ["post.published"]}
        answer = amina.send(page_of(cast.ess), form)
        assert (answer.status_code, "réseau privé" in answer.text) == (422, True), host
    for address in (
        "http://example.org/",
        "https://user:pw@example.org/",
        "https://example.org:22/",
    ):
        form = {"name": "x", "address": address, "kinds": ["post.published"]}
        answer = amina.send(page_of(cast.ess), form)
        assert (answer.status_code, "https://" in answer.text) == (422, True), address


def test_a_name_that_leads_elsewhere_later_is_asked_again_at_each_try(app, cast, browser):
    answers = {"rebind.example": ["93.184.216.34"]}
    before = app.extensions[SENDER]
    with receiving() as receiver:
        app.extensions[SENDER] = Sender(
            "test",
            resolve=lambda host, _port: answers[host],
            network=ToPort(receiver.server_port),
        )
        try:
            path, _secret = set_up(browser(cast.amina), cast.ess, "https://rebind.example/")
            answers["rebind.example"] = ["93.184.216.34", "127.0.0.1"]
            browser(cast.amina).send(f"{path}/essai")
            deliver_waiting()
        finally:
            app.extensions[SENDER] = before
        assert receiver.received == []
    page = browser(cast.amina).get(path).text
    assert "Injoignable" in page


def test_the_operator_lets_webhooks_reach_this_network_by_a_setting_alone(app):
    assert app.config["SETTINGS"].webhooks_allow_private is False
    assert app.extensions[SENDER].is_open is False
    assert Sender("test").address_of("http://127.0.0.1:8080/") is None
    assert Sender("test", is_open=True).address_of("http://127.0.0.1:8080/x?utm_a=1") == (
        "http://127.0.0.1:8080/x?utm_a=1"
    )
    assert Webhook.__table__.c.salt.type.python_type is bytes
