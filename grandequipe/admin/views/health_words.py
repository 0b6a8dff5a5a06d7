"""What the queues, the mails and the handlers of the health page are called in plain words."""

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext as _

QUEUES: Mapping[str, LazyString] = {
    "celery": _("Everyday work"),
    "digests": _("Digests to send"),
    "letters": _("Digests of the release before"),
    "links": _("Previews of links"),
    "mails": _("Emails to send"),
    "pictures": _("Pictures to prepare"),
    "webhooks": _("Events to send to other programs"),
    "webinars": _("Emails to people registered to webinars"),
}
MAILS: Mapping[str, LazyString] = {
    "account": _("Change of an account"),
    "appeal": _("Answer to an appeal"),
    "before": _("Email of the release before"),
    "decision": _("Reasons of a decision"),
    "digest": _("Digest"),
    "introduction": _("Introduction of people"),
    "invitation": _("Invitation"),
    "message": _("Message of a member"),
    "message_copy": _("Copy of a message, for its author"),
    "notifications": _("Notifications"),
    "password": _("Link for a new password"),
    "registration": _("Link to sign up"),
    "report": _("Receipt of a report"),
    "report_outcome": _("Outcome of a report"),
    "request_refused": _("Answer to a request to join"),
    "warning": _("Warning of attempts to log in"),
    "webhook": _("Webhook that is switched off"),
    "webinar": _("Registration to a webinar"),
    "welcome": _("Welcome to a group"),
    "word": _("Word from a moderator"),
}


def queue_word(name: str) -> str:
    """Say what waits in a queue; one of a later release by its name."""
    return str(QUEUES.get(name, name))


def mail_kind_word(kind: str) -> str:
    """Say what an email is about; one of a later release by its kind."""
    return str(MAILS.get("webinar" if kind.startswith("webinar_") else kind, kind))
