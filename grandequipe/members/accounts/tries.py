"""How often passwords are tried, letters asked for and accounts made.

Whoever chose a new password by a letter has shown that the mailbox is theirs: the wrong tries for
that address count no more, wherever they came from.
"""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from flask import Flask, Response, abort, make_response, request
from flask_security import password_reset

from grandequipe.core.email_addresses import canonical_address
from grandequipe.core.transactions import on_commit
from grandequipe.extensions import limiter
from grandequipe.members.accounts import known_places
from grandequipe.members.accounts.password_tries import (
    TooManyTries,
    begin_round,
    counted_try,
    key_of,
)
from grandequipe.members.identity import viewer
from grandequipe.members.models import Member
from grandequipe.members.queries import digest_of
from grandequipe.web.measures import is_too_long
from grandequipe.web.rate_limits import (
    client_address,
    hit,
    hit_client,
    refund_client,
    too_many,
)

ALL_LETTERS = "letters"
OF_MAILBOX = "mailbox"
MAILS = "5 per 15 minutes"
REGISTRATIONS = "20 per hour"
MOVED = range(300, 400)

View = Callable[..., Any]


def init_app(app: Flask) -> None:
    """Limit the pages where passwords are tried and e-mails are asked for."""
    for endpoint in ("security.login", "security.verify", "security.change_password"):
        app.view_functions[endpoint] = _with_few_tries(endpoint, app.view_functions[endpoint])
    for endpoint, amount in (
        ("security.forgot_password", MAILS),
        ("security.send_confirmation", MAILS),
        ("security.register", REGISTRATIONS),
    ):
        limit: Callable[[View], View] = limiter.limit(
            amount, key_func=_who_tries, methods=["POST"], exempt_when=is_too_long
        )
        view = _with_few_letters(endpoint, app.view_functions[endpoint])
        app.view_functions[endpoint] = limit(view)
    password_reset.connect(_forget_tries, app)
    known_places.init_app(app)


def may_reach(mailbox: str, about: str) -> bool:
    """Count one more letter of a sort that anyone has sent to anyone, as its mailbox is known.

    By the sort, so that what strangers ask for one keeps nobody from choosing a new password.
    """
    return hit(OF_MAILBOX, f"{about} {digest_of(canonical_address(mailbox)).hex()}")


def _forget_tries(app: Flask, user: Member, **_context: Any) -> None:
    on_commit(partial(begin_round, user.email))


def _with_few_tries(endpoint: str, view: View) -> View:
    """Count the passwords that are tried with a page of Flask-Security."""

    @wraps(view)
    def answer(**given: Any) -> Any:
        # Who is sent elsewhere before any password is looked at tries nothing, and clears nothing.
        is_expected = (viewer() is None) == (endpoint == "security.login")
        if request.method != "POST" or not is_expected or is_too_long():
            return view(**given)
        try:
            with counted_try(endpoint, _address_tried()) as tried:
                response: Response = make_response(view(**given))
                tried.is_right = response.status_code in MOVED
        except TooManyTries:
            abort(429)
        return response

    return answer


def _with_few_letters(endpoint: str, view: View) -> View:
    """Count for its place what may send a letter; a registration that is refused sends none."""

    @wraps(view)
    def answer(**given: Any) -> Any:
        if request.method != "POST" or is_too_long():
            return view(**given)
        if not hit_client(ALL_LETTERS):
            raise too_many(ALL_LETTERS, client_address())
        response: Response = make_response(view(**given))
        if endpoint == "security.register" and response.status_code not in MOVED:
            refund_client(ALL_LETTERS)
        return response

    return answer


def _who_tries() -> str:
    return key_of(_address_tried())


def _address_tried() -> str:
    member = viewer()
    return member.email if member else request.form.get("email", "")
