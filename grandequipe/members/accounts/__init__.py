"""Accounts, by Flask-Security: registration, confirmation, log-in, reset, change of password.

Guarantees: an unknown address gets the answer of a known one, with the same hashing done;
five wrong tries in five minutes for an address from one place, and some more for all addresses,
are answered by 429; a log-in is a row (`BrowserSession`) that logging out deletes, so that a
copied cookie opens nothing after it; a change of password ends every log-in, for each names the
`fs_uniquifier` that it began under and that changes with it, and every API token; a link to choose
a new password sets one, however often it is sent at once. Every page of Flask-Security runs in one
transaction of ours, and its letters leave after the commit, written in the language of the one who
reads them.
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
    log_ins,
    next_url,
    tries,
)
from grandequipe.members.accounts.configuration import CONFIGURATION
from grandequipe.members.accounts.letters import AccountMail
from grandequipe.members.accounts.opening_accounts import asked_for
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
    tell_confirmed,
)
from grandequipe.web.form_errors import has_form_errors
from grandequipe.web.measures import is_too_long, takes
from grandequipe.web.redirects import split_url

View = Callable[..., Any]

# By the name that Flask-Security gives a form: the door that takes it, and ours.
FORMS: dict[str, tuple[str, Any]] = {
    "login": ("security.login", LogInForm),
    "register": ("security.register", RegistrationForm),
    "forgot_password": ("security.forgot_password", LostPasswordForm),
    "send_confirmation": ("security.send_confirmation", ConfirmationForm),
    "change_password": ("security.change_password", PasswordForm),
    "reset_password": ("security.reset_password", NewPasswordForm),
    "verify": ("security.verify", VerificationForm),
}
# What a link of a letter is followed by: two at once are one after the other.
FOLLOWED = {
    ("security.reset_password", "POST"),
    ("security.confirm_email", "GET"),
    ("security.confirm_email", "POST"),
}


class Accounts(SQLAlchemyUserDatastore):
    """Keep accounts as members, each with a stream from the start."""

    def create_user(self, **given: Any) -> Member:
        """Make the account that was asked for, or take over the one that nobody confirmed."""
        return asked_for(given["email"], given["display_name"], given["password"])

    def find_user(self, case_insensitive: bool = False, **given: Any) -> Any:
        """Find an account; whoever follows a link waits for those who followed it before.

        Who chose a password first gave the account another `fs_uniquifier`, which is what the link
        names; who confirmed first has done it.
        """
        if "fs_uniquifier" not in given or not _follows_a_link():
            return super().find_user(case_insensitive, **given)
        named = select(Member).where(Member.fs_uniquifier == given["fs_uniquifier"])
        alone = named.with_for_update(of=Member).execution_options(populate_existing=True)
        return db.session.scalar(alone)


def init_app(app: Flask) -> None:
    """Give the application its accounts."""
    for name, value in CONFIGURATION.items():
        app.config.setdefault(name, value)
    settings = app.config["SETTINGS"]
    app.config.setdefault("SECURITY_PASSWORD_SALT", settings.secret_key)
    app.config.setdefault("SECURITY_EMAIL_SENDER", settings.mail_from)
    # Flask-Security takes it when it is made, and extensions are made before members are known.
    security._mail_util_cls = AccountMail
    security._password_util_cls = Passwords
    security.init_app(
        app,
        Accounts(db, Member, None),  # type: ignore[arg-type]
        **{f"{name}_form": form for name, (_endpoint, form) in FORMS.items()},
    )
    log_ins.init_app(app)
    confirmations.init_app(app)
    next_url.init_app(app)
    hashing.init_app(app)
    security.want_json(lambda _request: False)
    _add_transactions(app)
    tries.init_app(app)
    form_rules.init_app(app)
    for endpoint, form in (*FORMS.values(), ("security.confirm_email", OpeningForm)):
        app.view_functions[endpoint] = takes(form)(app.view_functions[endpoint])
    for changed in (password_changed, password_reset):
        changed.connect(_end_access, app)
    user_confirmed.connect(_tell_confirmed, app)


def _follows_a_link() -> bool:
    return has_request_context() and (request.endpoint, request.method) in FOLLOWED


def _tell_confirmed(app: Flask, user: Member, **_context: Any) -> None:
    tell_confirmed(user)


def _end_access(app: Flask, user: Member, **_context: Any) -> None:
    end_access(user)


def _add_transactions(app: Flask) -> None:
    for endpoint, view in app.view_functions.items():
        if endpoint.startswith("security."):
            app.view_functions[endpoint] = _in_one_transaction(view)


def _in_one_transaction(view: View) -> View:
    """Commit once, also where Flask-Security only posts a letter and commits nothing.

    A form that is refused is answered as the others of the site are: by 422.
    """

    @wraps(view)
    def answer(**given: Any) -> Any:
        if request.is_json:
            abort(415)
        # Flask-Security reads it as browsers do, and has no answer to what is no address.
        wanted = request.values.get("next", "").replace("\\", "/")
        if split_url(wanted) is None and not is_too_long():
            return redirect(url_for(f"security.{view.__name__}", **given), 303)
        with hashing.TURNS if request.method == "POST" else nullcontext():
            answered: Response = make_response(_committed(view, given))
        if answered.status_code == 200 and has_form_errors():
            answered.status_code = 422
        return answered

    return answer


def _committed(view: View, given: dict[str, Any]) -> Any:
    try:
        with atomic():
            return view(**given)
    except IntegrityError:
        # Somebody registered this address at the same instant: it is a known one now.
        with atomic():
            return view(**given)
