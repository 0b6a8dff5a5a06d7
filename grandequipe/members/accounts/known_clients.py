"""Clients that logged in to an account before: they may go on while strangers are rate-limited.

Wrong passwords from all clients together are counted for each e-mail address. After too many, only
known clients may try: with the cookie of a browser, or at a network address, that logged in before;
for these the usual limit of a client holds. So attackers with many addresses are slowed down and
cannot lock out the owner. Addresses without an account are counted the same.

The cookie holds signed hashes; network addresses are stored as hashes, in Redis, for 90 days. A
client that set a new password by a mail's link is known, too.
"""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask, Response, after_this_request, current_app, has_request_context, request
from flask_babel import gettext as _
from flask_login import user_logged_in
from flask_security import password_reset

from grandequipe.core import clock, signing
from grandequipe.core.email_addresses import folded
from grandequipe.core.errors import TooMany
from grandequipe.extensions import limiter
from grandequipe.members.accounts.warnings import warn_owner
from grandequipe.members.identity import viewer
from grandequipe.members.models import Member
from grandequipe.web.rate_limits import (
    client_address,
    hit,
    redis_or_default,
    refund,
    seconds_to_wait,
)

ACCOUNT_ATTEMPTS = "account_tries"
COOKIE = "known"
PURPOSE = "known place"
MOST_ACCOUNTS = 8
A_YEAR = timedelta(days=365)
A_SEASON = 90 * 24 * 3600


def init_app(app: Flask) -> None:
    """Remember clients after a log-in or a new password."""
    user_logged_in.connect(_remember_client, app)
    password_reset.connect(_remember_client, app)


def count_account_attempt(email: str, round: str) -> None:
    """Count one attempt on an account; over the limit, raise TooMany for unknown clients.

    `email` is a normalized address; `round` is that of `password_attempts.reset_attempts`.
    """
    key = _account_key(email, round)
    if hit(ACCOUNT_ATTEMPTS, key):
        return
    warn_owner(email)
    if not is_known_client(email):
        sentence = _(
            "Too many wrong passwords have been tried on this account. Log in from a browser "
            "you’ve used before, or choose a new password."
        )
        raise TooMany(sentence, seconds_to_wait(ACCOUNT_ATTEMPTS, key))


def refund_account_attempt(email: str, round: str) -> None:
    """Count one attempt less, after the right password."""
    refund(ACCOUNT_ATTEMPTS, _account_key(email, round))


def is_known_client(email: str) -> bool:
    """Whether this browser, or this network address, logged in to the account before."""
    member = viewer()
    is_own = member is not None and folded(member.email) == email
    if is_own or _hmac(email) in _accounts_of_browser():
        return True
    return bool(redis_or_default(lambda: limiter.storage.get(_client_key(email)), default=0))


def remember_client(email: str) -> None:
    """Store the request's network address as known to the account."""
    redis_or_default(lambda: limiter.storage.incr(_client_key(email), A_SEASON), default=None)


def _remember_client(_app: Flask, user: Member, **_context: object) -> None:
    if has_request_context():
        email = folded(user.email)
        remember_client(email)
        after_this_request(_with_cookie(email))


def _with_cookie(email: str) -> Callable[[Response], Response]:
    def send(response: Response) -> Response:
        own = _hmac(email)
        known = [own, *(each for each in _accounts_of_browser() if each != own)]
        settings = current_app.config["SETTINGS"]
        signed = signing.sign(PURPOSE, known[:MOST_ACCOUNTS], clock.now() + A_YEAR)
        response.set_cookie(
            COOKIE, signed, max_age=A_YEAR, httponly=True, samesite="Lax", secure=settings.is_https
        )
        return response

    return send


def _accounts_of_browser() -> list[str]:
    known = signing.signed_value(PURPOSE, request.cookies.get(COOKIE, ""))
    return [str(each) for each in known or ()]


def _account_key(email: str, round: str) -> str:
    return f"{_hmac(email)} {round}"


def _client_key(email: str) -> str:
    return f"known {_hmac(email, client_address())}"


def _hmac(*parts: str) -> str:
    return signing.digest(PURPOSE, *parts).hex()[:32]
