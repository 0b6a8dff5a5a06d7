"""How often passwords are tried, letters asked for and accounts made.

Whoever chose a new password by a letter has shown that the mailbox is theirs: the wrong tries for
that address count no more, wherever they came from.
"""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from flask import Flask, Response, abort, make_response, request
from flask_security import password_reset
from limits import RateLimitItem, parse

from grandequipe.core.cleaning import cleaned_line
from grandequipe.core.mailboxes import LONGEST_MAILBOX, folded, mailbox_of
from grandequipe.core.transactions import on_commit
from grandequipe.extensions import limiter, security
from grandequipe.members.accounts import known_places
from grandequipe.members.identity import viewer
from grandequipe.members.models import Member
from grandequipe.members.queries import digest_of
from grandequipe.web.limits import ask, give_back_here, place, take, take_here, too_many
from grandequipe.web.measures import is_too_long

WRONG_TRIES: RateLimitItem = parse("5 per 5 minutes")
ALL_TRIES = "wrong_tries"
ALL_LETTERS = "letters"
OF_MAILBOX = "mailbox"
MAILS = "5 per 15 minutes"
REGISTRATIONS = "20 per hour"
MOVED = range(300, 400)
# Longer than tries are counted for: a round that comes back finds none of the old ones.
ROUNDS_LAST = 24 * 3600

View = Callable[..., Any]


def init_app(app: Flask) -> None:
    """Stand before the doors where passwords are tried and letters are asked for."""
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


def round_of(email: str) -> str:
    """Name the tries for an address since its last reset; one that nobody has is in the first."""
    return str(ask(lambda: limiter.storage.get(_rounds(email)), otherwise=0))


def key_of(email: str) -> str:
    """Count by address and place: nobody locks another out, nobody tries one address forever."""
    return f"{as_looked_up(email)[:200]} {place()}"


def count_try(*who: str) -> bool:
    """Count one more try at a door; tell whether it is still one of the few."""
    return bool(ask(lambda: limiter.limiter.hit(WRONG_TRIES, *who), otherwise=True))


def forget_tries(*who: str) -> None:
    """Forget the tries at a door: the right word was said."""
    ask(lambda: limiter.limiter.clear(WRONG_TRIES, *who), otherwise=None)


def may_reach(mailbox: str, about: str) -> bool:
    """Count one more letter of a sort that anyone has sent to anyone, as its mailbox is known.

    By the sort, so that what strangers ask for one keeps nobody from choosing a new password.
    """
    return take(OF_MAILBOX, f"{about} {digest_of(mailbox_of(mailbox)).hex()}")


def as_looked_up(typed: str) -> str:
    """Write an address as its account is found: one domain can be typed in a thousand ways."""
    typed = cleaned_line(typed[: LONGEST_MAILBOX + 1])
    try:
        return str(security.mail_util.normalize(typed))
    except ValueError:
        return folded(typed)


def _forget_tries(app: Flask, user: Member, **_context: Any) -> None:
    on_commit(partial(_begin_round, user.email))


def _begin_round(email: str) -> None:
    ask(lambda: limiter.storage.incr(_rounds(email), ROUNDS_LAST), otherwise=None)


def _rounds(email: str) -> str:
    return f"resets {as_looked_up(email)[:200]}"


def _with_few_tries(endpoint: str, view: View) -> View:
    """Count a try before it is looked at, so that many at once are not free; a right one clears.

    A password that is tried on many accounts from one place is counted for the place as well.
    """

    @wraps(view)
    def answer(**given: Any) -> Any:
        # Who is sent elsewhere before any password is looked at tries nothing, and clears nothing.
        is_expected = (viewer() is None) == (endpoint == "security.login")
        if request.method != "POST" or not is_expected or is_too_long():
            return view(**given)
        address, now = as_looked_up(_address_tried()), round_of(_address_tried())
        who = endpoint, key_of(address), now
        if not count_try(*who) or not take_here(ALL_TRIES):
            abort(429)
        known_places.count_account_try(address, now)
        response: Response = make_response(view(**given))
        if response.status_code in MOVED:
            forget_tries(*who)
            give_back_here(ALL_TRIES)
            known_places.forget_account_try(address, now)
        return response

    return answer


def _with_few_letters(endpoint: str, view: View) -> View:
    """Count for its place what may send a letter; a registration that is refused sends none."""

    @wraps(view)
    def answer(**given: Any) -> Any:
        if request.method != "POST" or is_too_long():
            return view(**given)
        if not take_here(ALL_LETTERS):
            raise too_many(ALL_LETTERS, place())
        response: Response = make_response(view(**given))
        if endpoint == "security.register" and response.status_code not in MOVED:
            give_back_here(ALL_LETTERS)
        return response

    return answer


def _who_tries() -> str:
    return key_of(_address_tried())


def _address_tried() -> str:
    member = viewer()
    return member.email if member else request.form.get("email", "")
