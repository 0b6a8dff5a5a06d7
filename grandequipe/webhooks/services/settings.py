"""Setting up webhooks: each write locks the membership by which its owner may."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import update

from grandequipe.core import clock
from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.policies import require
from grandequipe.core.sending import Sender
from grandequipe.extensions import db
from grandequipe.groups.models import Group
from grandequipe.groups.services import hold_membership, require_not_archived
from grandequipe.members.models import Member
from grandequipe.webhooks.models import (
    MOST_WEBHOOKS,
    DeliveryState,
    EventKind,
    Webhook,
    WebhookDelivery,
)
from grandequipe.webhooks.policies import may_manage_webhooks
from grandequipe.webhooks.queries import count_webhooks
from grandequipe.webhooks.services.signatures import secret_of

ONLY_OWNERS = _l("Only owners of the group manage its webhooks.")
BOTH_SIGN_FOR = timedelta(days=1)
SALT_BYTES = 16


@dataclass(frozen=True)
class WebhookInput:
    """What an owner says of a webhook; `validate` gives the address in its usual form."""

    name: str
    address: str
    kinds: Collection[EventKind]

    def validate(self, sender: Sender) -> str:
        """Raise Invalid where nothing can be sent there, or there is nothing to send."""
        errors = {}
        address = sender.address_of(self.address)
        if address is None:
            errors["address"] = _("Enter a whole address that begins with https://.")
        elif sender.leads_inside(address):
            errors["address"] = _(
                "This address leads into a private network: nothing is sent there."
            )
        if not self.kinds:
            errors["kinds"] = _("Choose at least one kind of events.")
        if errors or address is None:
            raise Invalid(errors)
        return address


def create_webhook(owner: Member, group: Group, said: WebhookInput, sender: Sender) -> Webhook:
    """Make a webhook; raise Refused, Invalid, or Conflict where the group has too many."""
    # Names are resolved before anything is locked.
    address = said.validate(sender)
    _hold(owner, group)
    if count_webhooks(group) >= MOST_WEBHOOKS:
        raise Conflict(_("A group has at most %(most)d webhooks.", most=MOST_WEBHOOKS))
    webhook = Webhook(
        group_id=group.id,
        name=said.name,
        address=address,
        kinds=sorted(said.kinds),
        salt=secrets.token_bytes(SALT_BYTES),
        created_at=clock.now(),
    )
    db.session.add(webhook)
    db.session.flush()
    return webhook


def edit_webhook(owner: Member, webhook: Webhook, said: WebhookInput, sender: Sender) -> None:
    """Change where a webhook sends, and of what; what waits goes to the new address."""
    address = said.validate(sender)
    _hold(owner, webhook.group)
    webhook.address = address
    webhook.name, webhook.kinds = said.name, sorted(said.kinds)
    _begin_anew(webhook)


def switch_webhook(owner: Member, webhook: Webhook, *, is_on: bool) -> None:
    """Have a webhook get events again, or no more: what waits for it is dropped then."""
    _hold(owner, webhook.group)
    if is_on:
        webhook.switched_off_at, webhook.is_given_up = None, False
        _begin_anew(webhook)
    else:
        switch_off(webhook, is_given_up=False)


def switch_off(webhook: Webhook, *, is_given_up: bool) -> None:
    """Send a webhook nothing any more."""
    webhook.switched_off_at, webhook.is_given_up = clock.now(), is_given_up
    waiting = WebhookDelivery.webhook_id == webhook.id
    db.session.execute(
        update(WebhookDelivery)
        .where(waiting, WebhookDelivery.state == DeliveryState.PENDING)
        .values(state=DeliveryState.FAILED, next_try_at=None)
    )


def renew_secret(owner: Member, webhook: Webhook) -> str:
    """Make another secret and give it; for a day the one before signs as well."""
    _hold(owner, webhook.group)
    webhook.previous_salt, webhook.salt = webhook.salt, secrets.token_bytes(SALT_BYTES)
    webhook.previous_until = clock.now() + BOTH_SIGN_FOR
    return secret_of(webhook.salt)


def delete_webhook(owner: Member, webhook: Webhook) -> None:
    """Delete a webhook with all that was delivered to it."""
    _hold(owner, webhook.group)
    db.session.delete(webhook)


def _begin_anew(webhook: Webhook) -> None:
    webhook.failures, webhook.failing_since, webhook.paused_until = 0, None, None


def _hold(owner: Member, group: Group) -> None:
    hold_membership(owner, group)
    require(may_manage_webhooks(owner, group), ONLY_OWNERS)
    require_not_archived(group)
