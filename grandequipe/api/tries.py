"""Log-in for programs: a password is tried a few times, then not for a while."""

import time
from math import ceil
from typing import NoReturn

from flask_security.utils import hash_password

from grandequipe.core.errors import TooMany, Unauthenticated
from grandequipe.extensions import limiter, security
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
from grandequipe.web.limits import counted, give_back, place, seconds_to_wait, take

RIGHT_TRIES = "tokens"
WAIT = "Too many wrong tries: wait a little."


def member_with(email: str, password: str) -> Member:
    """Find whose password this is; raise Unauthenticated, or TooMany after five wrong tries.

    A try is counted before it is looked at, so that many at once are not free; the right
    password forgets them, and so does a new one. Wrong tries from one place on many accounts are
    counted, too; so are the right ones, for each costs a hash. They are counted by place, or a
    stranger would learn from a refusal that there is an account.
    """
    with counted(RIGHT_TRIES, key_of(email)):
        return _member_with(email, password)


def _member_with(email: str, password: str) -> Member:
    who = ("api.tokens", key_of(email), round_of(email))
    if not count_try(*who):
        _refuse(*who)
    if not take(ALL_TRIES, place()):
        raise TooMany(WAIT, seconds_to_wait(ALL_TRIES, place()))
    with TURNS:
        member = find_member_by_email(as_looked_up(email))
        if not _is_right(member, password):
            raise Unauthenticated
    forget_tries(*who)
    give_back(ALL_TRIES, place())
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
