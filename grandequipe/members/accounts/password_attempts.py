"""Rate limits of attempts to give a password.

Guarantee: an attempt is counted before the password is checked, so that many at once are not free.
After five wrong passwords in five minutes for an e-mail address, at one endpoint and from one
client, attempts are refused; wrong passwords of one client on many accounts, and of all clients on
one account, are limited, too. Addresses without an account are counted the same, or a refusal would
reveal an account.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil

from flask_babel import gettext as _
from flask_security.utils import hash_password
from limits import RateLimitItem, parse

from grandequipe.core.cleaning import cleaned_line
from grandequipe.core.email_addresses import LONGEST_EMAIL_ADDRESS, folded
from grandequipe.core.errors import TooMany, Unauthenticated
from grandequipe.core.transactions import atomic
from grandequipe.extensions import limiter, security
from grandequipe.members.accounts import known_clients
from grandequipe.members.accounts.hashing import HASH_SLOTS
from grandequipe.members.models import Member
from grandequipe.members.queries import find_member_by_email
from grandequipe.members.services import end_if_due
from grandequipe.web.rate_limits import (
    client_address,
    hit_client,
    rate_limited,
    redis_or_default,
    refund_client,
    seconds_to_wait,
)

WRONG_ATTEMPTS: RateLimitItem = parse("5 per 5 minutes")
CLIENT_ATTEMPTS = "wrong_tries"
CORRECT_ATTEMPTS = "tokens"
# Seconds. Longer than any limit's window: when a round's number expires, its attempts have, too.
ROUNDS_LAST = 24 * 3600


class TooManyAttempts(TooMany):
    """One client has sent too many wrong passwords."""


@dataclass
class Attempt:
    """A counted attempt: the normalized e-mail address, and whether the password was correct."""

    address: str
    is_correct: bool = False


@contextmanager
def counted_attempt(endpoint: str, email: str) -> Iterator[Attempt]:
    """Count an attempt before the block checks the password; raise TooMany over a limit.

    If the block sets `is_correct`, the client's wrong attempts at this endpoint are cleared.
    """
    attempt = Attempt(normalized_address(email))
    now = _attempt_round(attempt.address)
    counter = endpoint, attempt_key(email), now
    if not redis_or_default(lambda: limiter.limiter.hit(WRONG_ATTEMPTS, *counter), default=True):
        raise _too_many(_seconds_left(counter))
    if not hit_client(CLIENT_ATTEMPTS):
        raise _too_many(seconds_to_wait(CLIENT_ATTEMPTS, client_address()))
    known_clients.count_account_attempt(attempt.address, now)
    yield attempt
    if attempt.is_correct:
        redis_or_default(lambda: limiter.limiter.clear(WRONG_ATTEMPTS, *counter), default=None)
        refund_client(CLIENT_ATTEMPTS)
        known_clients.refund_account_attempt(attempt.address, now)


def authenticate(email: str, password: str, endpoint: str) -> Member:
    """Return the member with this password; raise Unauthenticated, or TooMany over a limit.

    Correct passwords are limited as well, for each costs a hash.
    """
    with (
        rate_limited(CORRECT_ATTEMPTS, attempt_key(email)),
        counted_attempt(endpoint, email) as attempt,
    ):
        with HASH_SLOTS:
            member = find_member_by_email(attempt.address)
            if not _is_correct(member, password) or member is None:
                raise Unauthenticated
        attempt.is_correct = True
        known_clients.remember_client(attempt.address)
        return member


def reset_attempts(email: str) -> None:
    """Start a new round of attempts for an address, after its owner has set a new password."""
    redis_or_default(
        lambda: limiter.storage.incr(_rounds_key(normalized_address(email)), ROUNDS_LAST),
        default=None,
    )


def attempt_key(email: str) -> str:
    """Return the key of a client's attempts on one address, so that no client locks out another."""
    return f"{normalized_address(email)[:200]} {client_address()}"


def normalized_address(typed: str) -> str:
    """Return an address as accounts are found by: a domain has many spellings."""
    typed = cleaned_line(typed[: LONGEST_EMAIL_ADDRESS + 1])
    try:
        return str(security.mail_util.normalize(typed))
    except ValueError:
        return folded(typed)


def _attempt_round(address: str) -> str:
    """Return the number of the address's round: how often its attempts were reset."""
    return str(redis_or_default(lambda: limiter.storage.get(_rounds_key(address)), default=0))


def _rounds_key(address: str) -> str:
    return f"resets {address[:200]}"


def _is_correct(member: Member | None, password: str) -> bool:
    normal = security.password_util.normalize(password)
    if member is None or not member.password:
        hash_password(normal)
        return False
    is_correct = member.verify_and_update_password(normal)
    if is_correct and not member.active:
        with atomic():
            end_if_due(member)
    return bool(is_correct and member.active and member.is_confirmed)


def _seconds_left(counter: tuple[str, ...]) -> int:
    until = limiter.limiter.get_window_stats(WRONG_ATTEMPTS, *counter).reset_time
    return max(1, ceil(until - time.time()))


def _too_many(seconds: int) -> TooManyAttempts:
    return TooManyAttempts(str(_("Too many wrong passwords. Please wait a few minutes.")), seconds)
