"""Readiness checks: the database, Redis, beat, and those that features register.

Notices are for an operator to look at; a process that has some serves all the same.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import text

from grandequipe.core import clock, redis
from grandequipe.core.events.queries import get_backlog
from grandequipe.core.tasks import LAST_BEAT, OLDEST_BEAT
from grandequipe.extensions import db

Check = Callable[[], str | None]
_checks: list[Check] = []


def add_check(check: Check) -> None:
    """Register a check that returns why this process cannot serve, or None."""
    if check not in _checks:
        _checks.append(check)


def reasons_not_to_serve() -> list[str]:
    """List the reasons of the failed checks, in English; an empty list means ready."""
    reasons = (check() for check in (_database, _redis_and_beat, *_checks))
    return [reason for reason in reasons if reason]


def list_notices() -> list[str]:
    """List what an operator should look at, in English."""
    set_aside = get_backlog().set_aside
    notice = f"events: {set_aside} failed for a day and are set aside: grandequipe events failed"
    return [notice] if set_aside else []


def _database() -> str | None:
    try:
        db.session.execute(text("SELECT 1"))
    except Exception as error:
        db.session.rollback()
        return f"database: {type(error).__name__}"
    return None


def _redis_and_beat() -> str | None:
    try:
        last = redis.client().get(LAST_BEAT)
    except Exception as error:
        return f"redis: {type(error).__name__}"
    if last is None:
        return "beat: no task of the clock has run yet"
    age = (clock.now() - datetime.fromisoformat(str(last))).total_seconds()
    return f"beat: last seen {age:.0f} s ago" if age > OLDEST_BEAT else None
