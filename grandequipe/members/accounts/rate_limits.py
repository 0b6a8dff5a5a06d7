"""Rate limits of the pages of accounts: passwords, requests of mails, registrations.

A new password set by a mail's link proves the owner of the mailbox: the wrong attempts on that
address, of all clients, are reset.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial, wraps
from typing import Any

from flask import Flask, Response, abort, make_response, request
from flask_security import password_reset

from grandequipe.core import clock
from grandequipe.core.mail import outbox
from grandequipe.core.transactions import on_commit
from grandequipe.extensions import limiter
from grandequipe.members.accounts.password_attempts import (
    TooManyAttempts,
    attempt_key,
    counted_attempt,
    reset_attempts,
)
from grandequipe.members.identity import viewer
from grandequipe.members.models import Member
from grandequipe.web.measures import is_too_long
from grandequipe.web.rate_limits import (
    client_address,
    hit_client,
    limit_of,
    refund_client,
    too_many,
)

# Named as in the setting LIMIT_LETTERS.
CLIENT_MAILS = "letters"
# Estimating a password takes long: refused registrations count as well.
CLIENT_REGISTRATIONS = "registrations"
OF_MAILBOX = "mailbox"
MAILS = "5 per 15 minutes"
REGISTRATIONS = "20 per hour"
MOVED = range(300, 400)

View = Callable[..., Any]


def init_app(app: Flask) -> None:
    """Reset the wrong attempts on an address after a new password."""
    password_reset.connect(_forget_tries, app)


def may_reach(address: str, kind: str) -> bool:
    """Return whether one more mail of a kind that anybody can have sent may go to a mailbox.

    The mails in the outbox count; who asks for another one waits until this transaction ends. They
    are counted by kind, so that what strangers ask for keeps nobody from choosing a new password.
    """
    limit = limit_of(OF_MAILBOX)
    outbox.lock_mailbox(address)
    since = clock.now() - timedelta(seconds=limit.get_expiry())
    return outbox.count_mails_to(address, kind, since) < limit.amount


def _forget_tries(app: Flask, user: Member, **_context: Any) -> None:
    on_commit(partial(reset_attempts, user.email))


def limited_attempts(view: View) -> View:
    """Count the passwords sent to a page of Flask-Security."""

    @wraps(view)
    def wrapper(**kwargs: Any) -> Any:
        endpoint = str(request.endpoint)
        # Flask-Security redirects the others before it checks a password: no attempt is counted.
        is_expected = (viewer() is None) == (endpoint == "security.login")
        if request.method != "POST" or not is_expected or is_too_long():
            return view(**kwargs)
        try:
            with counted_attempt(endpoint, _address_tried()) as attempt:
                response: Response = make_response(view(**kwargs))
                attempt.is_correct = response.status_code in MOVED
        except TooManyAttempts:
            abort(429)
        return response

    return wrapper


def limited_mails(view: View) -> View:
    """Count the requests of a client that may send a mail, for an address and for all."""

    @wraps(view)
    def wrapper(**kwargs: Any) -> Any:
        if request.method == "POST" and not is_too_long():
            _hit(CLIENT_MAILS)
        return view(**kwargs)

    return _limited_by_address(MAILS, wrapper)


def limited_registrations(view: View) -> View:
    """Count the registrations of a client, the refused ones apart: they send no mail."""

    @wraps(view)
    def wrapper(**kwargs: Any) -> Any:
        if request.method != "POST" or is_too_long():
            return view(**kwargs)
        _hit(CLIENT_REGISTRATIONS)
        _hit(CLIENT_MAILS)
        response: Response = make_response(view(**kwargs))
        if response.status_code not in MOVED:
            refund_client(CLIENT_MAILS)
        return response

    return _limited_by_address(REGISTRATIONS, wrapper)


def _hit(limit: str) -> None:
    if not hit_client(limit):
        raise too_many(limit, client_address())


def _limited_by_address(amount: str, view: View) -> View:
    limit: Callable[[View], View] = limiter.limit(
        amount, key_func=_who_tries, methods=["POST"], exempt_when=is_too_long
    )
    return limit(view)


def _who_tries() -> str:
    return attempt_key(_address_tried())


def _address_tried() -> str:
    member = viewer()
    return member.email if member else request.form.get("email", "")
