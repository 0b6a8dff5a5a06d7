"""Deliveries of a webhook: each try, sending again, and a test."""

import json

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grandequipe.core.errors import Conflict
from grandequipe.core.transactions import atomic
from grandequipe.web.form_rules import repeatable, separate
from grandequipe.web.rate_limits import limited
from grandequipe.webhooks import queries
from grandequipe.webhooks.models import Webhook
from grandequipe.webhooks.services import deliveries as services
from grandequipe.webhooks.services.sending import deliver_soon
from grandequipe.webhooks.views.settings import owned_webhook, render


def delivery(slug: str, webhook_id: int, delivery_id: int) -> str:
    """Show what is sent, and what became of each try."""
    member, webhook = owned_webhook(slug, webhook_id)
    found = queries.get_delivery(webhook, delivery_id)
    return render(
        "webhooks/delivery.html",
        webhook.group,
        member,
        webhook=webhook,
        delivery=found,
        tries=queries.list_tries(found),
        payload=json.dumps(found.payload, ensure_ascii=False, indent=2),
    )


@limited("managing")
@separate("another test is another one")
def test(slug: str, webhook_id: int) -> ResponseReturnValue:
    """Queue a test, and show what becomes of it."""
    _member, webhook = owned_webhook(slug, webhook_id)
    _require_on(webhook)
    with atomic():
        delivery_id = services.queue_test(webhook)
        deliver_soon()
    return _to(slug, webhook_id, delivery_id)


@limited("managing")
@repeatable("it waits to be sent")
def send_again(slug: str, webhook_id: int, delivery_id: int) -> ResponseReturnValue:
    """Have a delivery sent once more, under the same id."""
    _member, webhook = owned_webhook(slug, webhook_id)
    found = queries.get_delivery(webhook, delivery_id)
    _require_on(webhook)
    with atomic():
        services.send_again(found)
        deliver_soon()
    return _to(slug, webhook_id, delivery_id)


def _require_on(webhook: Webhook) -> None:
    if not webhook.is_on:
        raise Conflict(_("Switch the webhook on first."))


def _to(slug: str, webhook_id: int, delivery_id: int) -> ResponseReturnValue:
    flash(_("It is being sent: reload the page to see the answer."), "success")
    address = url_for(
        "webhooks.delivery", slug=slug, webhook_id=webhook_id, delivery_id=delivery_id
    )
    return redirect(address, 303)
