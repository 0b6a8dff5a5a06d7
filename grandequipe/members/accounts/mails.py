"""The mails about accounts, written in their recipient's language into the outbox."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, url_for
from flask_babel import force_locale, lazy_gettext as _
from flask_security import EmailValidateException, MailUtil

from grandequipe.core import mail
from grandequipe.core.email_addresses import LONGEST_EMAIL_ADDRESS, folded, is_reachable
from grandequipe.core.mail.rendering import render, render_html
from grandequipe.core.text_validation import too_long
from grandequipe.members.accounts.next_url import with_next_url
from grandequipe.members.accounts.rate_limits import may_reach
from grandequipe.web.formats import lasting

SUBJECTS = {
    "welcome": _("Confirm your email address"),
    "welcome_existing": _("You already have an account"),
    "confirmation_instructions": _("Confirm your email address"),
    "reset_instructions": _("Choose a new password"),
    "reset_notice": _("Your password has been changed"),
    "change_notice": _("Your password has been changed"),
}
# The kinds of mails that a stranger can request: rate-limited by kind, and secret, for they hold a
# link that opens an account. The others are notices of a change, which are always sent.
NOTICE = "account"
KINDS = {
    "welcome": "registration",
    "welcome_existing": "registration",
    "confirmation_instructions": "registration",
    "reset_instructions": "password",
}


class AccountMail(MailUtil):
    """Put the mails about accounts in the outbox."""

    def normalize(self, email: str) -> str:
        """Return an address as accounts are found by: stripped (phones add a space), lower case.

        Raises EmailValidateException, a ValueError, if it is too long.
        """
        _check_length(email)
        return folded(str(super().normalize(email.strip())))

    def validate(self, email: str) -> str:
        """Return an address to register, stripped; raise EmailValidateException if it is invalid.

        Before the @ it must be ASCII: most mail servers accept nothing else.
        """
        _check_length(email)
        valid = str(super().validate(email.strip()))
        if not is_reachable(valid):
            raise EmailValidateException(
                _("Enter an address without accents before the @: email wouldn’t reach this one.")
            )
        return valid

    def send_mail(
        self, template: str, subject: Any, recipient: Any, *_unused: Any, **context: Any
    ) -> None:
        """Write a mail in its recipient's language, with the transaction of what causes it.

        Over the mailbox's rate limit, no mail is sent and the response is the same.
        """
        kind, member = KINDS.get(template.rpartition("/")[2], NOTICE), context["user"]
        if kind != NOTICE and not may_reach(str(recipient), kind):
            return
        with force_locale(member.locale):
            written = _mail(template, str(recipient), context)
        mail.post(written, kind, member_id=member.id, has_secrets=kind != NOTICE)


def _check_length(email: str) -> None:
    if len(email.strip()) > LONGEST_EMAIL_ADDRESS:
        raise EmailValidateException(too_long(LONGEST_EMAIL_ADDRESS))


def _mail(template: str, to: str, context: dict[str, Any]) -> mail.Mail:
    links = {name: _on_site(link) for name, link in context.items() if name.endswith("_link")}
    links["recovery_link"] = _on_site(url_for("security.forgot_password"))
    if confirmation := links.get("confirmation_link"):
        links["confirmation_link"] = with_next_url(confirmation, context["user"])
    context = {**context, **links, "lasts": lasting(_life_of(template))}
    return mail.Mail(
        to=to,
        subject=str(SUBJECTS[template.rpartition("/")[2]]),
        text=render(f"{template}.txt", **context).strip() + "\n",
        html=render_html(f"{template}.html", **context),
    )


def _on_site(link: str | None) -> str | None:
    """Put the site's own address before the path: a request's Host header is anyone's to write."""
    if not link:
        return None
    return str(current_app.config["SETTINGS"].site_url).rstrip("/") + urlsplit(link).path


def _life_of(template: str) -> timedelta:
    name = "RESET_PASSWORD_WITHIN" if "reset" in template else "CONFIRM_EMAIL_WITHIN"
    life: timedelta = current_app.config[f"SECURITY_{name}"]
    return life
