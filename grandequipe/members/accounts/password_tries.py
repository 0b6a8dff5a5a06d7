"""Trying a password: a few times, then not for a while.

Guarantee: a try is counted before it is looked at, so that many at once are not free. Five wrong
ones in five minutes for an address, at one endpoint and from one place, are followed by a refusal;
wrong tries from one place on many accounts are counted, too, and so are those from everywhere on
one account. They are counted by place, or a stranger would learn from a refusal that there is an
account.
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
from grandequipe.extensions import limiter, security
from grandequipe.members.accounts import known_places
from grandequipe.members.accounts.hashing import TURNS
from grandequipe.members.models import Member
from grandequipe.members.queries import find_member_by_email
from grandequipe.web.rate_limits import (
    client_address,
    hit_client,
    rate_limited,
    redis_or_default,
    refund_client,
    seconds_to_wait,
)

WRONG_TRIES: RateLimitItem = parse("5 per 5 minutes")
ALL_TRIES = "wrong_tries"
RIGHT_TRIES = "tokens"
# Longer than tries are counted for: a round that comes back finds none of the old ones.
ROUNDS_LAST = 24 * 3600


class TooManyTries(TooMany):
    """Say that passwords were tried too often from one place."""


@dataclass
class Try:
    """A try that is counted: whose account is meant, and whether the password was right."""

    address: str
    is_right: bool = False


@contextmanager
def counted_try(endpoint: str, email: str) -> Iterator[Try]:
    """Count a try of a password before the block looks at it; raise TooMany after a few.

    Where the block sets `is_right`, the wrong tries are forgotten. So they are by a new password.
    """
    tried = Try(as_looked_up(email))
    now = _round_of(tried.address)
    counter = endpoint, key_of(email), now
    if not redis_or_default(lambda: limiter.limiter.hit(WRONG_TRIES, *counter), default=True):
        raise _too_many(_seconds_left(counter))
    if not hit_client(ALL_TRIES):
        raise _too_many(seconds_to_wait(ALL_TRIES, client_address()))
    known_places.count_account_try(tried.address, now)
    yield tried
    if tried.is_right:
        redis_or_default(lambda: limiter.limiter.clear(WRONG_TRIES, *counter), default=None)
        refund_client(ALL_TRIES)
        known_places.forget_account_try(tried.address, now)


def member_with(email: str, password: str, endpoint: str) -> Member:
    """Find whose password this is; raise Unauthenticated, or TooMany after five wrong tries.

    Right ones are counted as well, for each costs a hash.
    """
    with rate_limited(RIGHT_TRIES, key_of(email)), counted_try(endpoint, email) as tried:
        with TURNS:
            member = find_member_by_email(tried.address)
            if not _is_right(member, password) or member is None:
                raise Unauthenticated
        tried.is_right = True
        known_places.remember_place(tried.address)
        return member


def begin_round(email: str) -> None:
    """Count the tries for an address anew: its owner has chosen a new password."""
    redis_or_default(
        lambda: limiter.storage.incr(_rounds(as_looked_up(email)), ROUNDS_LAST), default=None
    )


def key_of(email: str) -> str:
    """Count by address and place: nobody locks another out, nobody tries one address forever."""
    return f"{as_looked_up(email)[:200]} {client_address()}"


def as_looked_up(typed: str) -> str:
    """Write an address as its account is found: one domain can be typed in a thousand ways."""
    typed = cleaned_line(typed[: LONGEST_EMAIL_ADDRESS + 1])
    try:
        return str(security.mail_util.normalize(typed))
    except ValueError:
        return folded(typed)


def _round_of(address: str) -> str:
    """Name the tries for an address since its last reset; one that nobody has is in the first."""
    return str(redis_or_default(lambda: limiter.storage.get(_rounds(address)), default=0))


def _rounds(address: str) -> str:
    return f"resets {address[:200]}"


def _is_right(member: Member | None, password: str) -> bool:
    normal = security.password_util.normalize(password)
    if member is None or not member.password:
        hash_password(normal)
        return False
    is_right = member.verify_and_update_password(normal)
    return bool(is_right and member.active and member.is_confirmed)


def _seconds_left(counter: tuple[str, ...]) -> int:
    until = limiter.limiter.get_window_stats(WRONG_TRIES, *counter).reset_time
    return max(1, ceil(until - time.time()))


def _too_many(seconds: int) -> TooManyTries:
    return TooManyTries(str(_("Too many wrong passwords. Please wait a few minutes.")), seconds)
