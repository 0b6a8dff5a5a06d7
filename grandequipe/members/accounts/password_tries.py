"""Doors of our own where a password is asked for: it is tried a few times, then not for a while."""

import time
from math import ceil
from typing import NoReturn

from flask_security.utils import hash_password

from grandequipe.core.errors import TooMany, Unauthenticated
from grandequipe.extensions import limiter, security
from grandequipe.members.accounts import known_places
from grandequipe.members.accounts.hashing import TURNS
from grandequipe.members.accounts.tries import (
    ALL_TRIES,
    WRONG_TRIES,
    as_looked_up,
    count_try,
    forget_tries,
    key_of,
    round_of,
)
from grandequipe.members.models import Member
from grandequipe.members.queries import find_member_by_email
from grandequipe.web.limits import counted, give_back_here, place, seconds_to_wait, take_here

RIGHT_TRIES = "tokens"
WAIT = "Too many wrong tries: wait a little."


def member_with(email: str, password: str, door: str) -> Member:
    """Find whose password this is; raise Unauthenticated, or TooMany after five wrong tries.

    A try is counted before it is looked at, so that many at once are not free; the right
    password forgets them, and so does a new one. Wrong tries from one place on many accounts are
    counted, too; so are the right ones, for each costs a hash. They are counted by place, or a
    stranger would learn from a refusal that there is an account.
    """
    with counted(RIGHT_TRIES, key_of(email)):
        return _member_with(email, password, door)


def _member_with(email: str, password: str, door: str) -> Member:
    address, now = as_looked_up(email), round_of(email)
    who = (door, key_of(email), now)
    if not count_try(*who):
        _refuse(*who)
    if not take_here(ALL_TRIES):
        raise TooMany(WAIT, seconds_to_wait(ALL_TRIES, place()))
    known_places.count_account_try(address, now)
    with TURNS:
        member = find_member_by_email(address)
        if not _is_right(member, password):
            raise Unauthenticated
    forget_tries(*who)
    give_back_here(ALL_TRIES)
    known_places.forget_account_try(address, now)
    known_places.remember_place(address)
    return member  # type: ignore[return-value]


def _is_right(member: Member | None, password: str) -> bool:
    normal = security.password_util.normalize(password)
    if member is None or not member.password:
        hash_password(normal)
        return False
    is_right = member.verify_and_update_password(normal)
    return bool(is_right and member.active and member.is_confirmed)


def _refuse(*who: str) -> NoReturn:
    until = limiter.limiter.get_window_stats(WRONG_TRIES, *who).reset_time
    raise TooMany(WAIT, max(1, ceil(until - time.time())))
