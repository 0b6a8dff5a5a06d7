"""Choosing how often the letter comes, and when."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.dialects.postgresql import insert

from grandequipe.core import clock
from grandequipe.core.errors import Invalid
from grandequipe.digests.models import DigestSubscription, Frequency
from grandequipe.digests.queries import list_periods
from grandequipe.extensions import db
from grandequipe.members.models import Member


@dataclass(frozen=True)
class Choice:
    """How often, on which day (Monday is 0) and at which hour of the member's own clock."""

    frequency: Frequency
    weekday: int
    hour: int

    def check(self) -> None:
        """Raise Invalid that names each wrong field."""
        wrong = {}
        if not 0 <= self.weekday <= 6:
            wrong["weekday"] = _("Give a day from 0 (Monday) to 6 (Sunday).")
        if not 0 <= self.hour <= 23:
            wrong["hour"] = _("Give an hour from 0 to 23.")
        if wrong:
            raise Invalid(wrong)


def get_subscription(member: Member) -> DigestSubscription:
    """Get a member's subscription; whoever has none yet has the weekly one from now on."""
    found = db.session.get(DigestSubscription, member.id)
    return found or _subscribe(member)


def change_choice(member: Member, choice: Choice) -> DigestSubscription:
    """Choose anew; a period that had its letter does not get another."""
    choice.check()
    subscription = _locked(member)
    subscription.frequency = choice.frequency
    subscription.weekday = choice.weekday
    subscription.hour = choice.hour
    reschedule(subscription, clock.now())
    return subscription


def reschedule(
    subscription: DigestSubscription, after: datetime, told: Collection[str] | None = None
) -> None:
    """Find the next due, in a period of which the ledger knows nothing yet."""
    if told is None:
        told = list_periods([subscription.member_id])[subscription.member_id]
    dues = subscription.schedule.after(after)
    due = next((due for due in dues if due.period not in told), None)
    subscription.next_due_at = due.at if due else None
    subscription.next_period = due.period if due else None
    db.session.flush()


def _locked(member: Member) -> DigestSubscription:
    get_subscription(member)
    return db.session.get_one(
        DigestSubscription,
        member.id,
        populate_existing=True,
        with_for_update={"of": DigestSubscription},
    )


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
    return made
