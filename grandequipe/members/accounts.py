"""Accounts, by Flask-Security: registration, confirmation, log-in, reset, change of password.

Guarantees: an unknown address gets the answer of a known one, with the same hashing done;
five wrong tries in five minutes for an address from one place are answered by 429; a change of
password ends every session and every API token, for a session names `fs_uniquifier`, which
changes with it.
"""

from typing import Any

from flask import Flask, Response, request
from flask_babel import get_locale, lazy_gettext
from flask_limiter.util import get_remote_address
from flask_security import (
    MailUtil,
    RegisterFormV2,
    SQLAlchemyUserDatastore,
    password_changed,
    password_reset,
)
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from grandequipe.core import clock, mail
from grandequipe.extensions import db, limiter, security
from grandequipe.members.models import Member
from grandequipe.members.services import end_access, open_member

WRONG_TRIES = "5 per 5 minutes"
MAILS = "5 per 15 minutes"
REGISTRATIONS = "20 per hour"
MOVED = range(300, 400)

CONFIGURATION = {
    "SECURITY_LOGIN_URL": "/connexion",
    "SECURITY_LOGOUT_URL": "/deconnexion",
    "SECURITY_LOGOUT_CSRF": True,
    "SECURITY_REGISTER_URL": "/inscription",
    "SECURITY_CONFIRM_URL": "/confirmation",
    "SECURITY_RESET_URL": "/mot-de-passe-oublie",
    "SECURITY_CHANGE_URL": "/reglages/mot-de-passe",
    "SECURITY_VERIFY_URL": "/reglages/verification",
    "SECURITY_REGISTERABLE": True,
    "SECURITY_CONFIRMABLE": True,
    "SECURITY_RECOVERABLE": True,
    "SECURITY_CHANGEABLE": True,
    "SECURITY_USE_REGISTER_V2": True,
    "SECURITY_PASSWORD_CONFIRM_REQUIRED": False,
    "SECURITY_PASSWORD_LENGTH_MIN": 10,
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_AUTO_LOGIN_AFTER_CONFIRM": False,
    "SECURITY_AUTO_LOGIN_AFTER_RESET": False,
    "SECURITY_CONFIRM_EMAIL_WITHIN": "7 days",
    "SECURITY_DATETIME_FACTORY": clock.now,
    "SECURITY_POST_CONFIRM_VIEW": "/connexion",
    "SECURITY_POST_REGISTER_VIEW": "/connexion",
    "SECURITY_POST_RESET_VIEW": "/connexion",
    "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
    "SECURITY_DEFAULT_REMEMBER_ME": True,
    "SECURITY_JOIN_USER_ROLES": False,
    "SECURITY_STATIC_FOLDER": None,
    "SECURITY_CLI_USERS_NAME": None,
    "SECURITY_CLI_ROLES_NAME": None,
    "SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS": False,
    "SECURITY_EMAIL_SUBJECT_REGISTER": lazy_gettext("Confirm your e-mail address"),
    "SECURITY_EMAIL_SUBJECT_CONFIRM": lazy_gettext("Confirm your e-mail address"),
    "SECURITY_EMAIL_SUBJECT_PASSWORD_RESET": lazy_gettext("Choose a new password"),
    "SECURITY_EMAIL_SUBJECT_PASSWORD_NOTICE": lazy_gettext("Your password was changed"),
    "SECURITY_EMAIL_SUBJECT_PASSWORD_CHANGE_NOTICE": lazy_gettext("Your password was changed"),
}


class Accounts(SQLAlchemyUserDatastore):
    """Keep accounts as members, each with a stream from the start."""

    def create_user(self, **given: Any) -> Member:
        """Make the account that was asked for, in the language of the page."""
        member: Member = super().create_user(
            created_at=clock.now(), locale=str(get_locale()), **given
        )
        open_member(member)
        return member


class AccountMail(MailUtil):
    """Send the letters about accounts through the one door for letters."""

    def send_mail(
        self,
        template: str,
        subject: Any,
        recipient: Any,
        sender: Any,
        body: str | None,
        html: str | None,
        **context: Any,
    ) -> None:
        """Have a letter sent after the commit."""
        mail.post(mail.Letter(str(recipient), str(subject), body or "", html or ""))


class RegistrationForm(RegisterFormV2):  # type: ignore[misc]
    """Registration asks for a name, an address and a password, and nothing else."""

    display_name = StringField(
        lazy_gettext("Your name, as others will see it"),
        validators=[DataRequired(lazy_gettext("Give your name.")), Length(max=100)],
        filters=[lambda typed: typed.strip() if isinstance(typed, str) else typed],
    )


def init_app(app: Flask) -> None:
    """Give the application its accounts."""
    for name, value in CONFIGURATION.items():
        app.config.setdefault(name, value)
    settings = app.config["SETTINGS"]
    app.config.setdefault("SECURITY_PASSWORD_SALT", settings.secret_key)
    app.config.setdefault("SECURITY_EMAIL_SENDER", settings.mail_from)
    security.init_app(
        app,
        Accounts(db, Member, None),
        mail_util_cls=AccountMail,
        register_form=RegistrationForm,
    )
    # Programs come with our own tokens, at the API's own door.
    app.login_manager.request_loader(None)  # type: ignore[attr-defined]
    _limit_tries(app)
    for changed in (password_changed, password_reset):
        changed.connect(_end_access, app)


def _end_access(app: Flask, user: Member, **_context: Any) -> None:
    end_access(user)


def _limit_tries(app: Flask) -> None:
    for endpoint, amount, is_deducted in (
        ("security.login", WRONG_TRIES, _was_wrong),
        ("security.forgot_password", MAILS, None),
        ("security.send_confirmation", MAILS, None),
        ("security.register", REGISTRATIONS, None),
    ):
        view = app.view_functions[endpoint]
        limit = limiter.limit(
            amount, key_func=_who_tries, methods=["POST"], deduct_when=is_deducted
        )
        app.view_functions[endpoint] = limit(view)


def _was_wrong(response: Response) -> bool:
    return response.status_code not in MOVED


def _who_tries() -> str:
    """Count by address and place: nobody locks another out, nobody tries one address forever."""
    return f"{request.form.get('email', '').strip().lower()[:200]} {get_remote_address()}"
