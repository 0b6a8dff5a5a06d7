"""Trust in accounts, and how much each may do in a day.

Guarantee: an account of more than a week is not limited here (see `web.rate_limits` for what holds
for all), and administrators never are. A younger account is trusted more as people vouch for it:
the packages above say so by `vouchers`. An account over a limit gets a sentence that says when to
go on; the form keeps what was typed.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from enum import IntEnum, StrEnum
from math import ceil
from types import MappingProxyType
from typing import Any

from flask_babel import format_timedelta, gettext as _
from sqlalchemy import CompoundSelect, Select, func, select

from grandequipe.core import clock
from grandequipe.core.errors import Invalid
from grandequipe.extensions import db
from grandequipe.members.models import Member

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
# The first key of the advisory locks under which what an account did in a day is counted.
LOCK_SPACE = 0x7157


class Trust(IntEnum):
    """How far an account is trusted."""

    NEW = 0
    YOUNG = 1
    ESTABLISHED = 2


class Quota(StrEnum):
    """What is limited; the links of one text, the rest in a day."""

    LINKS = "links"
    POSTS = "posts"
    COMMENTS = "comments"
    MENTIONS = "mentions"
    INVITATIONS = "invitations"
    GROUPS = "groups"
    MESSAGES = "messages"


QUOTAS: Mapping[Trust, Mapping[Quota, int]] = MappingProxyType(
    {
        Trust.NEW: {
            Quota.LINKS: 2,
            Quota.POSTS: 5,
            Quota.COMMENTS: 20,
            Quota.MENTIONS: 10,
            Quota.INVITATIONS: 10,
            Quota.GROUPS: 1,
            Quota.MESSAGES: 3,
        },
        Trust.YOUNG: {
            Quota.LINKS: 5,
            Quota.POSTS: 15,
            Quota.COMMENTS: 60,
            Quota.MENTIONS: 30,
            Quota.INVITATIONS: 50,
            Quota.GROUPS: 3,
            Quota.MESSAGES: 10,
        },
        Trust.ESTABLISHED: {},
    }
)

# Set by the packages above: each says by how many levels an account is trusted more than its age.
vouchers: list[Callable[[Member], int]] = []


def trust_in(member: Member) -> Trust:
    """Say how far an account is trusted: by its age first, then by those who vouch for it."""
    age = clock.now() - member.created_at
    if member.is_admin or age >= WEEK:
        return Trust.ESTABLISHED
    level = Trust.YOUNG if age >= DAY else Trust.NEW
    vouched = sum(voucher(member) for voucher in vouchers)
    return Trust(min(level + vouched, Trust.ESTABLISHED))


def most_of(member: Member, quota: Quota) -> int | None:
    """Give how much an account may do, None where there is no limit."""
    return QUOTAS[trust_in(member)].get(quota)


def require_within(
    member: Member, quota: Quota, times: Select[Any] | CompoundSelect[Any], amount: int = 1
) -> None:
    """Raise Invalid of `limit` where an account would do more than it may in a day.

    `times` selects when it did so, in all times. Two requests at once are counted one by one.
    """
    most = most_of(member, quota)
    if most is None or not amount:
        return
    now = clock.now()
    db.session.execute(select(func.pg_advisory_xact_lock(LOCK_SPACE, member.id)))
    done = times.subquery()
    at = done.c[0]
    count, oldest = db.session.execute(
        select(func.count(), func.min(at)).where(at > now - DAY)
    ).one()
    if count + amount > most:
        wait = (oldest + DAY - now) if oldest else DAY
        raise Invalid({"limit": _say_limit(quota, most, wait)})


def _say_limit(quota: Quota, most: int, wait: timedelta) -> str:
    delay = format_timedelta(timedelta(seconds=max(1, ceil(wait.total_seconds()))), threshold=1.2)
    sentences = {
        Quota.POSTS: _(
            "An account as new as yours can publish %(number)d posts a day. "
            "You can carry on in %(delay)s.", number=most, delay=delay,
        ),
        Quota.COMMENTS: _(
            "An account as new as yours can write %(number)d comments a day. "
            "You can carry on in %(delay)s.", number=most, delay=delay,
        ),
        Quota.MENTIONS: _(
            "An account as new as yours can mention %(number)d people a day. "
            "You can carry on in %(delay)s.", number=most, delay=delay,
        ),
        Quota.INVITATIONS: _(
            "An account as new as yours can send %(number)d invitations a day. "
            "You can carry on in %(delay)s.", number=most, delay=delay,
        ),
        Quota.GROUPS: _(
            "An account as new as yours can create few groups a day (%(number)d at most). "
            "You can carry on in %(delay)s.", number=most, delay=delay,
        ),
        Quota.MESSAGES: _(
            "An account as new as yours can write to %(number)d members a day. "
            "You can carry on in %(delay)s.", number=most, delay=delay,
        ),
    }  # fmt: skip
    return str(sentences[quota])
