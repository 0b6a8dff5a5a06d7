"""Where an account was opened before: its owner goes on there, while strangers are slowed down.

Wrong passwords from all places together are counted for an account, as its address is typed. After
too many, only those go on who come with the cookie of a browser, or from an address of the network,
that was let in before; they have the usual few tries. So strangers with many addresses are slowed
down, and lock nobody out. An address that nobody has is counted like any other.

The cookie holds hashes, signed; places are kept as hashes, in Redis, for a season. Who chose a
password by e-mail is known by that.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from flask import Flask, Response, after_this_request, current_app, has_request_context, request
from flask_babel import gettext as _
from flask_login import user_logged_in
from flask_security import password_reset
from kombu.exceptions import OperationalError as BrokerError
from limits import RateLimitItem, parse

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

ACCOUNT_TRIES = "account_tries"
COOKIE = "known"
PURPOSE = "known place"
MOST_ACCOUNTS = 8
A_YEAR = timedelta(days=365)
A_SEASON = 90 * 24 * 3600
WARNINGS: RateLimitItem = parse("1 per day")


def init_app(app: Flask) -> None:
    """Know the places that members were let in from."""
    user_logged_in.connect(_remember, app)
    password_reset.connect(_remember, app)


def count_account_try(email: str, round: str) -> None:
    """Count one more try of an account, by its address; raise TooMany for strangers."""
    who = _who(email, round)
    if hit(ACCOUNT_TRIES, who):
        return
    _warn_owner(email)
    if not is_known_here(email):
        sentence = _(
            "Too many wrong passwords have been tried on this account. Log in from a browser "
            "you’ve used before, or choose a new password."
        )
        raise TooMany(sentence, seconds_to_wait(ACCOUNT_TRIES, who))


def forget_account_try(email: str, round: str) -> None:
    """Count one less: the right password was said."""
    refund(ACCOUNT_TRIES, _who(email, round))


def is_known_here(email: str) -> bool:
    """Say whether somebody was let in to the account by this browser, or from this address."""
    member = viewer()
    is_own = member is not None and folded(member.email) == email
    if is_own or _hash_of(email) in _known_to_browser():
        return True
    return bool(redis_or_default(lambda: limiter.storage.get(_place_of(email)), default=0))


def remember_place(email: str) -> None:
    """Know the address that a request comes from: who sent it was let in to the account."""
    redis_or_default(lambda: limiter.storage.incr(_place_of(email), A_SEASON), default=None)


def _remember(_app: Flask, user: Member, **_context: object) -> None:
    if has_request_context():
        email = folded(user.email)
        remember_place(email)
        after_this_request(_with_cookie(email))


def _with_cookie(email: str) -> Callable[[Response], Response]:
    def send(response: Response) -> Response:
        own = _hash_of(email)
        known = [own, *(each for each in _known_to_browser() if each != own)]
        settings = current_app.config["SETTINGS"]
        signed = signing.sign(PURPOSE, known[:MOST_ACCOUNTS], clock.now() + A_YEAR)
        response.set_cookie(
            COOKIE, signed, max_age=A_YEAR, httponly=True, samesite="Lax", secure=settings.is_https
        )
        return response

    return send


def _known_to_browser() -> list[str]:
    known = signing.signed_value(PURPOSE, request.cookies.get(COOKIE, ""))
    return [str(each) for each in known or ()]


def _warn_owner(email: str) -> None:
    """Have an e-mail written by the worker, once a day; here nothing is asked of the account."""
    is_first = redis_or_default(
        lambda: limiter.limiter.hit(WARNINGS, "owner_warned", _hash_of(email)), default=False
    )
    if is_first:
        with suppress(BrokerError):
            warn_owner.delay(email)


def _who(email: str, round: str) -> str:
    return f"{_hash_of(email)} {round}"


def _place_of(email: str) -> str:
    return f"known {_hash_of(email, client_address())}"


def _hash_of(*parts: str) -> str:
    return signing.digest(PURPOSE, *parts).hex()[:32]
