"""Word to the owners of a group that a webhook is switched off."""

from flask_babel import gettext as _

from grandequipe.core import clock, mail
from grandequipe.core.lines import isolated, one_line
from grandequipe.core.mail import Mail, rendering
from grandequipe.core.text_validation import unlinked
from grandequipe.groups.queries import list_owners
from grandequipe.members.models import Member
from grandequipe.webhooks.models import Webhook

KIND = "webhook"


def mail_owners(webhook: Webhook) -> None:
    """Put a mail for each owner in the outbox."""
    for owner in list_owners(webhook.group):
        _post(webhook, owner)


def _post(webhook: Webhook, owner: Member) -> None:
    slug = webhook.group.slug
    with rendering.in_language_of(owner.locale):
        name = isolated(unlinked(one_line(webhook.name)))
        group_name = isolated(unlinked(webhook.group.name))
        params = {
            "name": name,
            "group_name": group_name,
            "locale": owner.locale,
            "link": rendering.address_of("webhooks.webhook", slug=slug, webhook_id=webhook.id),
        }
        message = Mail(
            to=owner.email,
            subject=_("The webhook %(name)s is switched off", name=name),
            text=rendering.render("webhooks/switched_off_mail.txt", **params).strip() + "\n",
            html=rendering.render_html("webhooks/switched_off_mail.html", **params),
        )
    key = f"{KIND}:{webhook.id}:{owner.id}:{clock.now().isoformat()}"
    mail.post(message, KIND, key=key, member_id=owner.id)
