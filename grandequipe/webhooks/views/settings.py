"""Where owners of a group set up its webhooks."""

from typing import cast

from flask import current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.policies import require
from grandequipe.core.sending import Sender
from grandequipe.core.transactions import atomic
from grandequipe.groups.models import Group
from grandequipe.groups.queries import find_membership, get_group
from grandequipe.groups.slots import TABS
from grandequipe.members.identity import acting_member
from grandequipe.members.models import Member
from grandequipe.web.form_rules import repeatable, separate
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited, limited_form
from grandequipe.web.slots import load_slot
from grandequipe.webhooks import queries
from grandequipe.webhooks.forms import EVENT_WORDS, WebhookForm
from grandequipe.webhooks.models import MOST_WEBHOOKS, TEST, Webhook
from grandequipe.webhooks.policies import may_manage_webhooks
from grandequipe.webhooks.services import settings as services
from grandequipe.webhooks.services.sending import SENDER
from grandequipe.webhooks.services.signatures import secret_of

# A secret is shown once, on the page after the one that makes it.
NEW_KEY = "new_webhook"


def owned(slug: str) -> tuple[Member, Group]:
    """Get a group whose webhooks the member manages; raise Refused for others who find it."""
    member = acting_member()
    group = get_group(slug, seen_by=member)
    require(may_manage_webhooks(member, group), services.ONLY_OWNERS)
    return member, group


def owned_webhook(slug: str, webhook_id: int) -> tuple[Member, Webhook]:
    """Get a webhook of such a group."""
    member, group = owned(slug)
    return member, queries.get_webhook(group, webhook_id)


def render(template: str, group: Group, member: Member, **context: object) -> str:
    """Render a page of a group's settings."""
    words: dict[str, object] = {str(kind): word for kind, word in EVENT_WORDS.items()}
    words[TEST] = _("Test")
    return render_page(
        template,
        load_slot(TABS, group=group, moderates=True),
        group=group,
        membership=find_membership(member, group),
        event_words=words,
        **context,
    )


@takes(WebhookForm)
@limited_form("managing")
@separate("another webhook is another one")
def webhooks(slug: str) -> ResponseReturnValue:
    """List the webhooks of a group, and make one."""
    member, group = owned(slug)
    form = WebhookForm()
    status = 200
    if form.validate_on_submit():
        try:
            with atomic():
                made = services.create_webhook(member, group, form.input(), _sender())
                _keep_secret(made, secret_of(made.salt))
            return redirect(url_for("webhooks.webhook", slug=slug, webhook_id=made.id), 303)
        except Invalid as refused:
            form.show(refused)
        except Conflict as refused:
            form.form_errors.append(refused.message)
            status = 409
    if form.errors and status == 200:
        status = 422
    page = render(
        "webhooks/webhooks.html",
        group,
        member,
        webhooks=queries.list_webhooks(group),
        most=MOST_WEBHOOKS,
        form=form,
    )
    return page, status


@takes(WebhookForm)
@limited_form("managing")
@repeatable("sets what it says")
def webhook(slug: str, webhook_id: int) -> ResponseReturnValue:
    """Show a webhook with what was delivered to it, and change it."""
    member, found = owned_webhook(slug, webhook_id)
    form = WebhookForm(data={"name": found.name, "address": found.address, "kinds": found.kinds})
    if form.validate_on_submit():
        try:
            with atomic():
                services.edit_webhook(member, found, form.input(), _sender())
            flash(_("The webhook is saved."), "success")
            return redirect(url_for("webhooks.webhook", slug=slug, webhook_id=webhook_id), 303)
        except Invalid as refused:
            form.show(refused)
    cursor = request.args.get("cursor")
    kept = session.pop(NEW_KEY, None)
    page = render(
        "webhooks/webhook.html",
        found.group,
        member,
        webhook=found,
        deliveries=queries.list_deliveries(found, cursor),
        is_older=bool(cursor),
        secret=kept[1] if kept and kept[0] == found.id else None,
        form=form,
    )
    return page, 422 if form.errors else 200


@limited("managing")
@separate("another secret is another one")
def renew(slug: str, webhook_id: int) -> ResponseReturnValue:
    """Make another secret, which the next page shows, once."""
    member, found = owned_webhook(slug, webhook_id)
    with atomic():
        _keep_secret(found, services.renew_secret(member, found))
    return redirect(url_for("webhooks.webhook", slug=slug, webhook_id=webhook_id), 303)


@repeatable("says whether it is on")
def switch(slug: str, webhook_id: int) -> ResponseReturnValue:
    """Switch a webhook on or off."""
    member, found = owned_webhook(slug, webhook_id)
    is_on = "off" not in request.form
    with atomic():
        services.switch_webhook(member, found, is_on=is_on)
    said = _("The webhook is switched on.") if is_on else _("The webhook is switched off.")
    flash(said, "success")
    return redirect(url_for("webhooks.webhook", slug=slug, webhook_id=webhook_id), 303)


@repeatable("what is deleted stays deleted")
def delete(slug: str, webhook_id: int) -> ResponseReturnValue:
    """Delete a webhook."""
    member, found = owned_webhook(slug, webhook_id)
    with atomic():
        services.delete_webhook(member, found)
    flash(_("The webhook is deleted."), "success")
    return redirect(url_for("webhooks.webhooks", slug=slug), 303)


def _keep_secret(made: Webhook, secret: str) -> None:
    session[NEW_KEY] = [made.id, secret]


def _sender() -> Sender:
    return cast(Sender, current_app.extensions[SENDER])
