"""Reading webhooks and what was delivered to them; the caller asks the policy before."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select

from grandequipe.core.errors import NotFound
from grandequipe.core.windows import Order, Window, paginate
from grandequipe.extensions import db
from grandequipe.groups.models import Group
from grandequipe.webhooks.models import Webhook, WebhookDelivery, WebhookTry

NEWEST = Order(WebhookDelivery.created_at, WebhookDelivery.id)


def list_webhooks(group: Group) -> Sequence[Webhook]:
    """List the webhooks of a group, in the order in which they were made."""
    query = select(Webhook).where(Webhook.group_id == group.id).order_by(Webhook.id)
    return db.session.scalars(query).all()


def get_webhook(group: Group, webhook_id: int) -> Webhook:
    """Get a webhook of a group, or raise NotFound."""
    found = db.session.get(Webhook, webhook_id)
    if found is None or found.group_id != group.id:
        raise NotFound
    return found


def count_webhooks(group: Group) -> int:
    """Count the webhooks of a group."""
    query = select(func.count()).where(Webhook.group_id == group.id)
    return db.session.scalar(query) or 0


def list_listening(group_ids: Collection[int]) -> Sequence[Webhook]:
    """List the webhooks of some groups that are not switched off."""
    query = select(Webhook).where(
        Webhook.group_id.in_(group_ids), Webhook.switched_off_at.is_(None)
    )
    return db.session.scalars(query.order_by(Webhook.id)).all()


def list_deliveries(webhook: Webhook, cursor: str | None) -> Window[WebhookDelivery]:
    """List what was or is to be delivered, newest first; raise Invalid for a wrong cursor."""
    query = select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook.id)
    return paginate(query, NEWEST, cursor)


def get_delivery(webhook: Webhook, delivery_id: int) -> WebhookDelivery:
    """Get a delivery of a webhook, or raise NotFound."""
    found = db.session.get(WebhookDelivery, delivery_id)
    if found is None or found.webhook_id != webhook.id:
        raise NotFound
    return found


def list_tries(delivery: WebhookDelivery) -> Sequence[WebhookTry]:
    """List the tries of a delivery, the last one first."""
    query = select(WebhookTry).where(WebhookTry.delivery_id == delivery.id)
    return db.session.scalars(query.order_by(WebhookTry.id.desc()).limit(100)).all()


def has_due(now: datetime) -> bool:
    """Return whether something waits to be delivered now."""
    query = (
        select(WebhookDelivery.id)
        .join(WebhookDelivery.webhook)
        .where(WebhookDelivery.next_try_at <= now, func.coalesce(Webhook.paused_until, now) <= now)
        .limit(1)
    )
    return db.session.scalar(query) is not None
