"""Choosing how often the digest comes, and when; and, without a password, less often or not at all.

Guarantee: digests are forwarded, so the address in them may be anybody's. It only ever makes the
digest rarer. Undoing that restores the member's previous choice and nothing else: from the browser
that made the change, for an hour, and only while nothing else was chosen since.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from grandequipe.core import clock, signing
from grandequipe.core.errors import Invalid
from grandequipe.digests.models import DigestSubscription, Frequency
from grandequipe.digests.queries import list_periods
from grandequipe.extensions import db
from grandequipe.members.models import Member

AN_INSTANT = timedelta(microseconds=1)
# One local hour of one date comes to the last zone 26 hours after the first.
BETWEEN_ZONES = timedelta(hours=26)


def open_subscription(member: Member) -> DigestSubscription:
    """Give a member the weekly digest from now on, unless they have a subscription already."""
    found = db.session.get(DigestSubscription, member.id)
    return found or _subscribe(member)


def open_missing() -> None:
    """Give a subscription to members whose registration no worker has handled yet."""
    known = select(DigestSubscription.member_id)
    for member in db.session.scalars(select(Member).where(Member.id.not_in(known))).all():
        _subscribe(member)


def lock_subscription(member: Member) -> DigestSubscription:
    """Get a member's subscription as it is now, and keep it from changing meanwhile."""
    open_subscription(member)
    return db.session.get_one(
        DigestSubscription,
        member.id,
        populate_existing=True,
        with_for_update={"of": DigestSubscription},
    )


def change_subscription(
    member: Member,
    *,
    frequency: Frequency | None = None,
    weekday: int | None = None,
    hour: int | None = None,
) -> DigestSubscription:
    """Change the fields that are not None; a period that had its digest gets no other.

    Guarantee: a rarer digest does not come before the one that was due, and a choice that is
    the same as before leaves the due where it is.
    """
    _validate(weekday, hour)
    subscription = lock_subscription(member)
    before = subscription.schedule
    params = {"frequency": frequency, "weekday": weekday, "hour": hour}
    for name, value in params.items():
        if value is not None:
            setattr(subscription, name, value)
    subscription.version += 1
    if subscription.frequency is not before.frequency:
        subscription.stopped_at = None if subscription.is_wanted else clock.now()
    if subscription.frequency.is_rarer_than(before.frequency):
        reschedule(subscription, _not_before(subscription.next_due_at, AN_INSTANT))
    elif subscription.schedule != before:
        reschedule(subscription, clock.now())
    db.session.flush()
    return subscription


def follow_time_zone(member: Member) -> None:
    """Compute the next due again: the chosen hour is another instant in another zone."""
    subscription = lock_subscription(member)
    reschedule(subscription, _not_before(subscription.next_due_at, BETWEEN_ZONES))
    db.session.flush()


def reschedule(
    subscription: DigestSubscription, after: datetime, used_periods: Collection[str] | None = None
) -> None:
    """Set the next due, in a period that has no ledger row yet."""
    if used_periods is None:
        used_periods = list_periods([subscription.member_id])[subscription.member_id]
    dues = subscription.schedule.after(after)
    due = next((due for due in dues if due.period not in used_periods), None)
    subscription.next_due_at = due.at if due else None
    subscription.next_period = due.period if due else None


def _not_before(due: datetime | None, less: timedelta) -> datetime:
    now = clock.now()
    return now if due is None else max(now, due - less)


def _subscribe(member: Member) -> DigestSubscription:
    """Make the default subscription; two who do it at once make one."""
    db.session.execute(
        insert(DigestSubscription)
        .values(member_id=member.id, unsubscribe_key=secrets.token_urlsafe(24))
        .on_conflict_do_nothing()
    )
    made = db.session.get_one(DigestSubscription, member.id)
    if made.is_wanted and made.next_due_at is None:
        reschedule(made, clock.now())
        db.session.flush()
    return made


def _validate(weekday: int | None, hour: int | None) -> None:
    errors = {}
    if weekday is not None and not 0 <= weekday <= 6:
        errors["weekday"] = _("Enter a day from 0 (Monday) to 6 (Sunday).")
    if hour is not None and not 0 <= hour <= 23:
        errors["hour"] = _("Enter an hour from 0 to 23.")
    if errors:
        raise Invalid(errors)


UNDO_WITHIN = timedelta(hours=1)
# Buttons on open pages hold tokens of this purpose.
PURPOSE = "letter: take back"


@dataclass(frozen=True)
class Rarer:
    """The previous frequency, and the token that undoes the change; None where nothing changed."""

    before: Frequency
    undo: str | None


def make_rarer(member: Member, frequency: Frequency) -> Rarer:
    """Have the digest come less often; what would be as often or more often changes nothing."""
    before = lock_subscription(member).frequency
    if not frequency.is_rarer_than(before):
        return Rarer(before, None)
    changed = change_subscription(member, frequency=frequency)
    value = [member.id, changed.version, before.value]
    return Rarer(before, signing.sign(PURPOSE, value, clock.now() + UNDO_WITHIN))


def take_back(member: Member, token: str) -> bool:
    """Give the digest back the frequency that it had before `make_rarer`; say whether it did."""
    subscription = lock_subscription(member)
    match signing.signed_value(PURPOSE, token):
        case [member.id, subscription.version, str(before)]:
            change_subscription(member, frequency=Frequency(before))
            return True
    return False
