"""What is delivered to webhooks: rows that are there with their event, tried until one is taken.

Guarantee: an event is sent to each webhook that listens at least once, under one message id however
often, unless the receiver refuses it for a day: a row is taken and committed before it is sent, and
one whose process died is taken again. It says ids and addresses, and no content of the group.
"""

import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects.postgresql import insert

from grandequipe.core import clock
from grandequipe.core.events import EventRecord
from grandequipe.core.mail import rendering
from grandequipe.core.retries import BackOff
from grandequipe.core.sending import Answer
from grandequipe.extensions import db
from grandequipe.groups.models import Group
from grandequipe.webhooks.models import (
    LONGEST_ANSWER,
    TEST,
    DeliveryState,
    TryFailure,
    Webhook,
    WebhookDelivery,
    WebhookTry,
)
from grandequipe.webhooks.queries import list_listening
from grandequipe.webhooks.services.settings import switch_off
from grandequipe.webhooks.services.signatures import headers_of

BACK_OFF = BackOff(timedelta(seconds=30), timedelta(hours=4), tried_for=timedelta(days=1))
# A receiver that fails is tried again with one delivery, not with each that waits.
PAUSE = BackOff(timedelta(seconds=30), timedelta(hours=1), tried_for=timedelta(days=3))
# A worker that takes longer is gone.
TAKEN_FOR = timedelta(minutes=1)
KEPT_FOR = timedelta(days=30)
GONE = 410
BATCH = 500


class Taken(NamedTuple):
    """A delivery that this process, and no other, sends now."""

    id: int
    address: str
    content: bytes
    headers: Mapping[str, str]


def queue_events(said: Mapping[EventRecord, Mapping[str, Any]]) -> bool:
    """Queue events, each with what is said of it, for the webhooks that listen, once each.

    A webhook listens to what happens after it was made. Returns whether any listens.
    """
    webhooks = list_listening({cast(Any, record.event).group_id for record in said})
    rows = [
        _row(webhook, record.kind, _payload(record.kind, record.at, webhook.group, data), record.id)
        for record, data in said.items()
        for webhook in webhooks
        if webhook.group_id == cast(Any, record.event).group_id
        and record.kind in webhook.kinds
        and webhook.created_at <= record.at
    ]
    if rows:
        once = insert(WebhookDelivery).values(rows)
        db.session.execute(once.on_conflict_do_nothing(index_elements=["webhook_id", "event_id"]))
    return bool(rows)


def queue_test(webhook: Webhook) -> int:
    """Queue a test and give the id of its delivery."""
    payload = _payload(TEST, clock.now(), webhook.group, {})
    webhook.paused_until = None
    added = insert(WebhookDelivery).values(_row(webhook, TEST, payload, None))
    return db.session.scalars(added.returning(WebhookDelivery.id)).one()


def send_again(delivery: WebhookDelivery) -> None:
    """Have a delivery sent again under its message id, whatever became of it."""
    delivery.state, delivery.tries = DeliveryState.PENDING, 0
    delivery.retrying_since = delivery.next_try_at = clock.now()
    delivery.webhook.paused_until = None


def take_due() -> Taken | None:
    """Take what has waited longest, of receivers that are not paused; None where nothing waits."""
    now = clock.now()
    query = (
        select(WebhookDelivery)
        .join(WebhookDelivery.webhook)
        .where(
            WebhookDelivery.next_try_at <= now,
            or_(Webhook.paused_until.is_(None), Webhook.paused_until <= now),
        )
        # A receiver that answers does not wait for those that do not.
        .order_by(Webhook.failures, WebhookDelivery.next_try_at, WebhookDelivery.id)
        .limit(1)
        .with_for_update(of=WebhookDelivery, skip_locked=True)
    )
    delivery = db.session.scalar(query)
    if delivery is None:
        return None
    delivery.tries += 1
    delivery.next_try_at = now + TAKEN_FOR
    content = json.dumps(delivery.payload, ensure_ascii=False, separators=(",", ":")).encode()
    webhook = delivery.webhook
    headers = headers_of(webhook, delivery.message_id, now, content)
    return Taken(delivery.id, webhook.address, content, headers)


def record_try(delivery_id: int, milliseconds: int, outcome: Answer | TryFailure) -> Webhook | None:
    """Keep what became of a try; give the webhook where it is switched off for it."""
    query = select(WebhookDelivery).where(WebhookDelivery.id == delivery_id)
    delivery = db.session.scalar(query.with_for_update())
    if delivery is None:
        return None
    this_try = WebhookTry(delivery_id=delivery_id, at=clock.now(), milliseconds=milliseconds)
    if isinstance(outcome, Answer):
        this_try.status, this_try.answer = outcome.status, outcome.beginning[:LONGEST_ANSWER]
    else:
        this_try.failure = outcome
    db.session.add(this_try)
    webhook = delivery.webhook
    db.session.refresh(webhook, with_for_update=True)
    if this_try.is_taken:
        delivery.state, delivery.next_try_at = DeliveryState.DELIVERED, None
        webhook.failures, webhook.failing_since, webhook.paused_until = 0, None, None
        return None
    return _record_failure(delivery, webhook, is_gone=this_try.status == GONE)


def _record_failure(
    delivery: WebhookDelivery, webhook: Webhook, *, is_gone: bool
) -> Webhook | None:
    now = clock.now()
    webhook.failures += 1
    webhook.failing_since = webhook.failing_since or now
    webhook.paused_until = now + PAUSE.pause_after(webhook.failures)
    if delivery.state is DeliveryState.PENDING:
        if BACK_OFF.is_over(now - delivery.retrying_since) or not webhook.is_on:
            delivery.state, delivery.next_try_at = DeliveryState.FAILED, None
        else:
            delivery.next_try_at = now + BACK_OFF.pause_after(delivery.tries)
    if webhook.is_on and (is_gone or PAUSE.is_over(now - webhook.failing_since)):
        switch_off(webhook, is_given_up=True)
        return webhook
    return None


def remove_old() -> int:
    """Delete some deliveries that are over and older than KEPT_FOR; give their number."""
    old = (
        select(WebhookDelivery.id)
        .where(
            WebhookDelivery.created_at < clock.now() - KEPT_FOR,
            WebhookDelivery.next_try_at.is_(None),
        )
        .limit(BATCH)
    )
    found = db.session.scalars(
        delete(WebhookDelivery)
        .where(WebhookDelivery.id.in_(old.scalar_subquery()))
        .returning(WebhookDelivery.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(found)


def _payload(kind: str, at: datetime, group: Group, data: Mapping[str, Any]) -> dict[str, Any]:
    address = rendering.address_of("feed.group_page", slug=group.slug)
    return {
        "type": kind,
        "timestamp": at.isoformat(),
        "data": {"group": {"slug": group.slug, "url": address}, **data},
    }


def _row(
    webhook: Webhook, kind: str, payload: dict[str, Any], event_id: int | None
) -> dict[str, Any]:
    now = clock.now()
    return {
        "webhook_id": webhook.id,
        "event_id": event_id,
        "message_id": f"msg_{secrets.token_urlsafe(18)}",
        "kind": kind,
        "payload": payload,
        "state": DeliveryState.PENDING,
        "created_at": now,
        "retrying_since": now,
        "next_try_at": now,
    }
