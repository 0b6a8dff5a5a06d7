"""Each event reaches a webhook at least once under one id, although a worker is killed."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from grandequipe.core.sending import Sender
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.webhooks.models import EventKind, WebhookDelivery
from grandequipe.webhooks.services.settings import WebhookInput, create_webhook
from tests.factories import make_post
from tests.waiting import wait_until
from tests.webhooks.receiver import receiving

pytestmark = pytest.mark.slow


def test_a_worker_killed_before_the_receiver_answers(cast, frail_site):
    with receiving() as receiver:
        receiver.may_answer.clear()
        said = WebhookInput("Notre site", receiver.address, [EventKind.POST_PUBLISHED])
        with atomic():
            create_webhook(cast.amina, cast.ess, said, Sender("test", is_open=True))
        make_post(cast.amina, cast.ess)
        frail_site.environment = {**frail_site.environment, "WEBHOOKS_ALLOW_PRIVATE": "1"}
        frail_site.start("beat", "worker")
        assert receiver.has_received.wait(120)
        frail_site.processes["worker"].kill()
        receiver.may_answer.set()
        # A minute passes, after which what a process had taken is taken again.
        with atomic():
            earlier = WebhookDelivery.next_try_at - timedelta(minutes=2)
            db.session.execute(update(WebhookDelivery).values(next_try_at=earlier))
        frail_site.start("worker")
        wait_until(is_delivered, "the message is delivered after all", 120)
        assert len(receiver.ids) >= 2
        assert len(set(receiver.ids)) == 1


def is_delivered():
    """Return whether the one delivery was taken."""
    db.session.rollback()
    return db.session.scalars(select(WebhookDelivery.state)).one() == "delivered"
