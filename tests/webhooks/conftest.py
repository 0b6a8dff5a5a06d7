"""A receiver, and a site whose operator lets webhooks reach this machine."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from grandequipe.core.sending import Sender
from grandequipe.extensions import db
from grandequipe.groups.models import Group
from grandequipe.webhooks.models import EventKind
from grandequipe.webhooks.services.sending import SENDER
from grandequipe.webhooks.tasks import deliver_waiting
from tests.conftest import Visitor
from tests.notifications.dispatching import run_pending_handlers
from tests.webhooks.receiver import Receiver, receiving

SECRET = re.compile(r'id="secret" value="(whsec_[^"]+)"')


@pytest.fixture
def receiver(app: Flask) -> Iterator[Receiver]:
    """Run a receiver, and have the site send to this machine as WEBHOOKS_ALLOW_PRIVATE does."""
    sender = app.extensions[SENDER]
    app.extensions[SENDER] = Sender("GrandeEquipe/test", is_open=True)
    with receiving() as server:
        yield server
    app.extensions[SENDER] = sender


def page_of(group: Group) -> str:
    """Give the path of the webhooks of a group."""
    return f"/groupes/{group.slug}/reglages/webhooks"


def set_up(
    client: Visitor, group: Group, address: str, *kinds: EventKind, **more: Any
) -> tuple[str, str]:
    """Make a webhook on its page; give the path of its own page, and the secret shown there."""
    chosen = [kind.value for kind in kinds] or [EventKind.POST_PUBLISHED.value]
    form = {"name": "Notre site", "address": address, "kinds": chosen, **more}
    answer = client.send(page_of(group), form)
    assert answer.status_code == 303, answer.text
    path = answer.headers["Location"]
    found = SECRET.search(client.get(path).text)
    assert found
    return path, found[1]


def deliver() -> None:
    """Have what happened handled and delivered, as the worker does."""
    run_pending_handlers()
    deliver_waiting()
    db.session.rollback()
