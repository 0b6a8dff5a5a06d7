"""Accounts, by Flask-Security: registration, confirmation, log-in, reset, change of password.

Guarantees: an unknown address gets the answer of a known one, with the same hashing done;
five wrong tries in five minutes for an address from one place are answered by 429; a log-in is a
row (`BrowserSession`) that logging out deletes, so that a copied cookie opens nothing after it; a
change of password ends every log-in, for each names the `fs_uniquifier` that it began under and
that changes with it, and every API token. Every page of Flask-Security runs in one transaction of
ours, and its letters leave after the commit, written in the language of the one who reads them.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import css_inline
from flask import (
    Flask,
    Response,
    abort,
    current_app,
    g,
    make_response,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import force_locale, format_timedelta, get_locale, lazy_gettext as _
from flask_limiter.util import get_remote_address
from flask_login import user_logged_in, user_logged_out
from flask_security import (
    MailUtil,
    SQLAlchemyUserDatastore,
    password_changed,
    password_reset,
    user_confirmed,
)
from flask_security.utils import set_request_attr
from limits import RateLimitItem, parse
from sqlalchemy.exc import IntegrityError

from grandequipe.core import clock, mail
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db, limiter, security
from grandequipe.members.forms import (
    ConfirmationForm,
    LogInForm,
    LostPasswordForm,
    RegistrationForm,
)
from grandequipe.members.identity import browser_session, viewer
from grandequipe.members.models import Member
from grandequipe.members.queries import SESSION_LIFE, find_session
from grandequipe.members.services import (
    begin_session,
    create_member,
    end_access,
    end_session,
    tell_confirmed,
)

WRONG_TRIES: RateLimitItem = parse("5 per 5 minutes")
MAILS = "5 per 15 minutes"
REGISTRATIONS = "20 per hour"
MOVED = range(300, 400)
TRANSLATIONS = Path(__file__).parent.parent / "translations"

View = Callable[..., Any]

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
    # Tokens are signed; the hash in them only ties them to an address or a password. The slow
    # default would tell a known address from an unknown one by the clock.
    "SECURITY_HASHING_SCHEMES": ["hex_sha256"],
    "SECURITY_DEPRECATED_HASHING_SCHEMES": [],
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_AUTO_LOGIN_AFTER_CONFIRM": False,
    "SECURITY_AUTO_LOGIN_AFTER_RESET": False,
    "SECURITY_CONFIRM_EMAIL_WITHIN": timedelta(days=7),
    "SECURITY_API_ENABLED_METHODS": ["session"],
    "SECURITY_DATETIME_FACTORY": clock.now,
    "SECURITY_POST_CONFIRM_VIEW": "/connexion",
    "SECURITY_POST_REGISTER_VIEW": "/connexion",
    "SECURITY_POST_RESET_VIEW": "/connexion",
    "SECURITY_POST_CHANGE_VIEW": "/reglages",
    "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
    "SECURITY_DEFAULT_REMEMBER_ME": True,
    "REMEMBER_COOKIE_DURATION": SESSION_LIFE,
    "SECURITY_JOIN_USER_ROLES": False,
    "SECURITY_STATIC_FOLDER": None,
    "SECURITY_CLI_USERS_NAME": None,
    "SECURITY_CLI_ROLES_NAME": None,
    "SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS": False,
    "SECURITY_I18N_DIRNAME": ["builtin", str(TRANSLATIONS)],
    # We write the letters ourselves, in the reader's language: see AccountMail.
    "SECURITY_EMAIL_PLAINTEXT": False,
    "SECURITY_EMAIL_HTML": False,
}

SUBJECTS = {
    "welcome": _("Confirm your e-mail address"),
    "welcome_existing": _("You already have an account"),
    "confirmation_instructions": _("Confirm your e-mail address"),
    "reset_instructions": _("Choose a new password"),
    "reset_notice": _("Your password was changed"),
    "change_notice": _("Your password was changed"),
}


class Accounts(SQLAlchemyUserDatastore):
    """Keep accounts as members, each with a stream from the start."""

    def create_user(self, **given: Any) -> Member:
        """Make the account that was asked for, in the language of the page."""
        return create_member(
            given["email"],
            given["display_name"],
            given["password"],
            locale=str(get_locale()),
            time_zone=current_app.config["SETTINGS"].default_time_zone,
        )


class AccountMail(MailUtil):
    """Send the letters about accounts through the one door for letters."""

    def normalize(self, email: str) -> str:
        """Look past the space that telephones add after an address."""
        return str(super().normalize(email.strip()))

    def validate(self, email: str) -> str:
        """Look past it where an address is registered, too."""
        return str(super().validate(email.strip()))

    def send_mail(
        self, template: str, subject: Any, recipient: Any, *_unused: Any, **context: Any
    ) -> None:
        """Write a letter in its reader's language, and have it sent after the commit."""
        with force_locale(context["user"].locale):
            mail.post(_letter(template, str(recipient), context))


def _letter(template: str, to: str, context: dict[str, Any]) -> mail.Letter:
    links = {name: _on_site(link) for name, link in context.items() if name.endswith("_link")}
    links["recovery_link"] = _on_site(url_for("security.forgot_password"))
    context = {**context, **links, "lasts": format_timedelta(_life_of(template), granularity="day")}
    return mail.Letter(
        to=to,
        subject=str(SUBJECTS[template.rpartition("/")[2]]),
        text=render_template(f"{template}.txt", **context).strip() + "\n",
        html=css_inline.inline(render_template(f"{template}.html", **context)),
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


def init_app(app: Flask) -> None:
    """Give the application its accounts."""
    for name, value in CONFIGURATION.items():
        app.config.setdefault(name, value)
    settings = app.config["SETTINGS"]
    app.config.setdefault("SECURITY_PASSWORD_SALT", settings.secret_key)
    app.config.setdefault("SECURITY_EMAIL_SENDER", settings.mail_from)
    # Flask-Security takes it when it is made, and extensions are made before members are known.
    security._mail_util_cls = AccountMail
    security.init_app(
        app,
        Accounts(db, Member, None),  # type: ignore[arg-type]
        login_form=LogInForm,
        register_form=RegistrationForm,
        forgot_password_form=LostPasswordForm,
        send_confirmation_form=ConfirmationForm,
    )
    # Programs come with our own tokens, at the API's own door.
    app.login_manager.request_loader(None)  # type: ignore[attr-defined]
    app.login_manager.user_loader(_member_of)  # type: ignore[attr-defined]
    user_logged_in.connect(_begin_session, app)
    user_logged_out.connect(_end_session, app)
    security.want_json(lambda _request: False)
    _open_doors(app)
    _limit_tries(app)
    for changed in (password_changed, password_reset):
        changed.connect(_end_access, app)
    user_confirmed.connect(_tell_confirmed, app)


def _member_of(key: str) -> Member | None:
    """Find who the cookies of this browser let in."""
    found = find_session(key)
    if found is None:
        return None
    member, g.browser_session = found
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", session.get("fs_paa", 0))
    return member


def _begin_session(app: Flask, user: Member, **_context: Any) -> None:
    """Put the key of a new log-in where Flask-Login would put the account's: in both cookies."""
    session["_user_id"], g.browser_session = begin_session(user)


def _end_session(app: Flask, user: Member, **_context: Any) -> None:
    ended = browser_session()
    if ended is not None:
        end_session(user, ended)


def _tell_confirmed(app: Flask, user: Member, **_context: Any) -> None:
    tell_confirmed(user)


def _end_access(app: Flask, user: Member, **_context: Any) -> None:
    end_access(user)


def _open_doors(app: Flask) -> None:
    for endpoint, view in app.view_functions.items():
        if endpoint.startswith("security."):
            app.view_functions[endpoint] = _in_one_transaction(view)


def _in_one_transaction(view: View) -> View:
    """Commit once, also where Flask-Security only posts a letter and commits nothing."""

    @wraps(view)
    def answer(**given: Any) -> Any:
        if request.is_json:
            abort(415)
        try:
            with atomic():
                return view(**given)
        except IntegrityError:
            # Somebody registered this address at the same instant: it is a known one now.
            with atomic():
                return view(**given)

    return answer


def _limit_tries(app: Flask) -> None:
    for endpoint in ("security.login", "security.verify", "security.change_password"):
        app.view_functions[endpoint] = _with_few_tries(endpoint, app.view_functions[endpoint])
    for endpoint, amount in (
        ("security.forgot_password", MAILS),
        ("security.send_confirmation", MAILS),
        ("security.register", REGISTRATIONS),
    ):
        limit: Callable[[View], View] = limiter.limit(amount, key_func=_who_tries, methods=["POST"])
        app.view_functions[endpoint] = limit(app.view_functions[endpoint])


def _with_few_tries(endpoint: str, view: View) -> View:
    """Count a try before it is looked at, so that many at once are not free; a right one clears."""

    @wraps(view)
    def answer(**given: Any) -> Any:
        # Who is sent elsewhere before any password is looked at tries nothing, and clears nothing.
        is_expected = (viewer() is None) == (endpoint == "security.login")
        if request.method != "POST" or not is_expected:
            return view(**given)
        who = endpoint, _who_tries()
        if not limiter.limiter.hit(WRONG_TRIES, *who):
            abort(429)
        response: Response = make_response(view(**given))
        if response.status_code in MOVED:
            limiter.limiter.clear(WRONG_TRIES, *who)
        return response

    return answer


def _who_tries() -> str:
    """Count by address and place: nobody locks another out, nobody tries one address forever."""
    member = viewer()
    email = member.email if member else _as_looked_up(request.form.get("email", ""))
    return f"{email.lower()[:200]} {get_remote_address()}"


def _as_looked_up(typed: str) -> str:
    """Write an address as its account is found: one domain can be typed in a thousand ways."""
    try:
        return str(security._mail_util.normalize(typed))
    except ValueError:
        return typed.strip()
