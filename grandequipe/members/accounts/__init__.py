"""Accounts, by Flask-Security: registration, confirmation, log-in, reset, change of password.

Guarantees: an unknown e-mail address gets the response of a known one, after the same hashing; five
wrong passwords in five minutes for an address from one client, and some more for all addresses, are
answered by 429; a session is a row (`BrowserSession`) that logging out deletes, so that a copied
cookie is then worthless; a change of password ends all sessions and API tokens, for each holds the
`fs_uniquifier` of its start, which a change of password replaces; a link to choose a new password
sets one password, however many requests use it at once. Every page of Flask-Security runs in one
transaction of ours; its mails are sent after the commit, in the recipient's language.
"""

from typing import Any

from flask import Flask
from flask_security import Security, password_changed, password_reset, user_confirmed

from grandequipe.extensions import db
from grandequipe.members.accounts import (
    confirmations,
    hashing,
    known_clients,
    next_url,
    rate_limits,
    sessions,
    views,
)
from grandequipe.members.accounts.configuration import CONFIGURATION
from grandequipe.members.accounts.datastore import Accounts
from grandequipe.members.accounts.mails import AccountMail
from grandequipe.members.accounts.passwords import Passwords
from grandequipe.members.forms import (
    ConfirmationForm,
    LogInForm,
    LostPasswordForm,
    NewPasswordForm,
    PasswordForm,
    RegistrationForm,
    VerificationForm,
)
from grandequipe.members.models import Member
from grandequipe.members.services import end_access, record_confirmed
from grandequipe.web.pages import render_page

MODULES = (sessions, confirmations, next_url, rate_limits, known_clients)


def init_app(app: Flask) -> None:
    """Configure Flask-Security, whose views stand on a blueprint of ours."""
    for name, value in CONFIGURATION.items():
        app.config.setdefault(name, value)
    settings = app.config["SETTINGS"]
    app.config.setdefault("SECURITY_PASSWORD_SALT", settings.secret_key)
    app.config.setdefault("SECURITY_EMAIL_SENDER", settings.mail_from)
    security = Security(
        app,
        Accounts(db, Member, None),  # type: ignore[arg-type]
        register_blueprint=False,
        mail_util_cls=AccountMail,
        password_util_cls=Passwords,
        login_form=LogInForm,
        register_form=RegistrationForm,
        forgot_password_form=LostPasswordForm,
        send_confirmation_form=ConfirmationForm,
        change_password_form=PasswordForm,
        reset_password_form=NewPasswordForm,
        verify_form=VerificationForm,
        render_template=render_page,
    )
    security.want_json(lambda _request: False)
    security.pwd_context = hashing.HashesInThreads(security.pwd_context)
    app.register_blueprint(views.blueprint)
    for module in MODULES:
        module.init_app(app)
    for changed in (password_changed, password_reset):
        changed.connect(_end_access, app)
    user_confirmed.connect(_record_confirmed, app)


def _record_confirmed(app: Flask, user: Member, **_context: Any) -> None:
    record_confirmed(user)


def _end_access(app: Flask, user: Member, **_context: Any) -> None:
    end_access(user)
