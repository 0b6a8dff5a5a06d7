"""Accounts, by Flask-Security: registration, confirmation, log-in, reset, change of password.

Guarantees: an unknown e-mail address gets the response of a known one, after the same hashing; five
wrong passwords in five minutes for an address from one client, and some more for all addresses, are
answered by 429; a session is a row (`BrowserSession`) that logging out deletes, so that a copied
cookie is then worthless; a change of password ends all sessions and API tokens, for each holds the
`fs_uniquifier` of its start, which a change of password replaces; a link to choose a new password
sets one password, however many requests use it at once. Every page of Flask-Security runs in one
transaction of ours; its mails are sent after the commit, in the recipient's language.
"""

from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import Any

from flask import (
    Flask,
    Response,
    abort,
    has_request_context,
    make_response,
    redirect,
    request,
    url_for,
)
from flask_security import (
    SQLAlchemyUserDatastore,
    password_changed,
    password_reset,
    user_confirmed,
)
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db, security
from grandequipe.members.accounts import (
    confirmations,
    form_rules,
    hashing,
    next_url,
    rate_limits,
    sessions,
)
from grandequipe.members.accounts.configuration import CONFIGURATION
from grandequipe.members.accounts.mails import AccountMail
from grandequipe.members.accounts.opening_accounts import create_or_take_over
from grandequipe.members.accounts.passwords import Passwords
from grandequipe.members.forms import (
    ConfirmationForm,
    LogInForm,
    LostPasswordForm,
    NewPasswordForm,
    OpeningForm,
    PasswordForm,
    RegistrationForm,
    VerificationForm,
)
from grandequipe.members.models import Member
from grandequipe.members.services import (
    end_access,
    record_confirmed,
)
from grandequipe.web.form_errors import has_form_errors
from grandequipe.web.measures import is_too_long, takes
from grandequipe.web.redirects import split_url

View = Callable[..., Any]

# By Flask-Security's name of a form: its endpoint and our form.
FORMS: dict[str, tuple[str, Any]] = {
    "login": ("security.login", LogInForm),
    "register": ("security.register", RegistrationForm),
    "forgot_password": ("security.forgot_password", LostPasswordForm),
    "send_confirmation": ("security.send_confirmation", ConfirmationForm),
    "change_password": ("security.change_password", PasswordForm),
    "reset_password": ("security.reset_password", NewPasswordForm),
    "verify": ("security.verify", VerificationForm),
}
# Requests by a mail's link, which are serialised by a lock on the account.
LINK_REQUESTS = {
    ("security.reset_password", "POST"),
    ("security.confirm_email", "GET"),
    ("security.confirm_email", "POST"),
}


class Accounts(SQLAlchemyUserDatastore):
    """Flask-Security's access to accounts: they are members, each with a stream."""

    def create_user(self, **kwargs: Any) -> Member:
        """Create the account, or take over an unconfirmed one with the same address."""
        return create_or_take_over(kwargs["email"], kwargs["display_name"], kwargs["password"])

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> Any:
        """Find an account; lock it for a request by a mail's link.

        The second of two requests by one link then finds another `fs_uniquifier` (after a new
        password), or an address that is confirmed.
        """
        if "fs_uniquifier" not in kwargs or not _is_link_request():
            return super().find_user(case_insensitive, **kwargs)
        query = select(Member).where(Member.fs_uniquifier == kwargs["fs_uniquifier"])
        locked = query.with_for_update(of=Member).execution_options(populate_existing=True)
        return db.session.scalar(locked)


def init_app(app: Flask) -> None:
    """Configure Flask-Security and wrap its views."""
    for name, value in CONFIGURATION.items():
        app.config.setdefault(name, value)
    settings = app.config["SETTINGS"]
    app.config.setdefault("SECURITY_PASSWORD_SALT", settings.secret_key)
    app.config.setdefault("SECURITY_EMAIL_SENDER", settings.mail_from)
    # Flask-Security takes these classes in its constructor, which `extensions` calls without them.
    security._mail_util_cls = AccountMail
    security._password_util_cls = Passwords
    security.init_app(
        app,
        Accounts(db, Member, None),  # type: ignore[arg-type]
        **{f"{name}_form": form for name, (_endpoint, form) in FORMS.items()},
    )
    sessions.init_app(app)
    confirmations.init_app(app)
    next_url.init_app(app)
    hashing.init_app(app)
    security.want_json(lambda _request: False)
    _add_transactions(app)
    rate_limits.init_app(app)
    form_rules.init_app(app)
    for endpoint, form in (*FORMS.values(), ("security.confirm_email", OpeningForm)):
        app.view_functions[endpoint] = takes(form)(app.view_functions[endpoint])
    for changed in (password_changed, password_reset):
        changed.connect(_end_access, app)
    user_confirmed.connect(_record_confirmed, app)


def _is_link_request() -> bool:
    return has_request_context() and (request.endpoint, request.method) in LINK_REQUESTS


def _record_confirmed(app: Flask, user: Member, **_context: Any) -> None:
    record_confirmed(user)


def _end_access(app: Flask, user: Member, **_context: Any) -> None:
    end_access(user)


def _add_transactions(app: Flask) -> None:
    for endpoint, view in app.view_functions.items():
        if endpoint.startswith("security."):
            app.view_functions[endpoint] = _in_one_transaction(view)


def _in_one_transaction(view: View) -> View:
    """Commit once, also where Flask-Security only sends a mail and does not commit.

    A refused form is answered 422, as all of the site's forms are.
    """

    @wraps(view)
    def wrapper(**kwargs: Any) -> Any:
        if request.is_json:
            abort(415)
        # Flask-Security fails on a `next` that is no URL.
        wanted = request.values.get("next", "").replace("\\", "/")
        if split_url(wanted) is None and not is_too_long():
            return redirect(url_for(f"security.{view.__name__}", **kwargs), 303)
        with hashing.HASH_SLOTS if request.method == "POST" else nullcontext():
            response: Response = make_response(_committed(view, kwargs))
        if response.status_code == 200 and has_form_errors():
            response.status_code = 422
        return response

    return wrapper


def _committed(view: View, kwargs: dict[str, Any]) -> Any:
    try:
        with atomic():
            return view(**kwargs)
    except IntegrityError:
        # The address was registered by a concurrent request: now it is known.
        with atomic():
            return view(**kwargs)
