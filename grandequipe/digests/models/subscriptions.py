"""Subscriptions: how often and when a member wants the digest, in the member's time zone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple, Self

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grandequipe.core.time_zones import clock_of
from grandequipe.extensions import Model, enum_check, minimum_check
from grandequipe.members.models import Member

A_DAY = timedelta(days=1)


class Frequency(StrEnum):
    """How often a member wants the digest; monthly is the first such weekday of the month."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    NEVER = "never"

    def is_rarer_than(self, other: "Frequency") -> bool:
        """Return whether it means fewer digests; members are declared from the most to none."""
        order = list(Frequency)
        return order.index(self) > order.index(other)


@dataclass(frozen=True)
class Due:
    """A due instant, and the name of the period that its digest covers."""

    at: datetime
    period: str


@dataclass(frozen=True)
class Schedule:
    """A member's choice, in their time zone.

    Guarantee: each local date has one instant, also where the chosen hour does not exist
    (clocks go forward: it is sent right after the gap) or exists twice (the first one).
    """

    frequency: Frequency
    weekday: int
    hour: int
    time_zone: str

    def after(self, instant: datetime) -> Iterator[Due]:
        """Yield the dues strictly after an instant, soonest first; none for `NEVER`."""
        if self.frequency is Frequency.NEVER:
            return
        # A day earlier than the local one: zones are up to 14 hours from UTC.
        day = instant.astimezone(clock_of(self.time_zone)).date() - A_DAY
        while True:
            if self._falls_on(day) and self.instant_of(day) > instant:
                yield Due(self.instant_of(day), self.period_of(day))
            day += A_DAY

    def instant_of(self, day: date) -> datetime:
        """Return the instant of the chosen hour on a local date."""
        local = datetime.combine(day, time(self.hour), clock_of(self.time_zone))
        return local.astimezone(UTC)

    def period_of(self, day: date) -> str:
        """Return the name of the day, ISO week or month of a local date."""
        if self.frequency is Frequency.DAILY:
            return f"day:{day.isoformat()}"
        if self.frequency is Frequency.WEEKLY:
            return f"week:{day:%G-W%V}"
        return f"month:{day:%Y-%m}"

    def _falls_on(self, day: date) -> bool:
        if self.frequency is Frequency.DAILY:
            return True
        if day.weekday() != self.weekday:
            return False
        return self.frequency is Frequency.WEEKLY or day.day <= 7


MONDAY = 0
EIGHT = 8


class DigestSubscription(Model):
    """One member's choice; the due is computed when the choice or the time zone changes.

    `next_period` names the period of `next_due_at`; both are empty where no digest will come.
    `unsubscribe_key` never changes: the addresses in old digests work for ever. `version` counts
    the choices that were made, so that one can be taken back only while it is the last.
    """

    __tablename__ = "digest_subscription"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("hour BETWEEN 0 AND 23", name="hour"),
        enum_check("frequency", Frequency),
        minimum_check("version"),
        CheckConstraint("(next_due_at IS NULL) = (next_period IS NULL)", name="next_period"),
    )

    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    frequency: Mapped[Frequency] = mapped_column(default=Frequency.WEEKLY)
    weekday: Mapped[int] = mapped_column(default=MONDAY)
    hour: Mapped[int] = mapped_column(default=EIGHT)
    next_due_at: Mapped[datetime | None] = mapped_column(index=True)
    next_period: Mapped[str | None]
    unsubscribe_key: Mapped[str] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(default=0, server_default="0")
    # When the member chose no digest at all, last; the release before does not set it.
    stopped_at: Mapped[datetime | None]

    member: Mapped[Member] = relationship(lazy="joined", innerjoin=True)

    @property
    def schedule(self) -> Schedule:
        """Return the choice with the member's time zone."""
        return Schedule(self.frequency, self.weekday, self.hour, self.member.time_zone)

    @property
    def is_wanted(self) -> bool:
        """Return whether the member wants digests at all."""
        return self.frequency is not Frequency.NEVER


class DigestReader(NamedTuple):
    """The columns of a person that composing and rendering a digest needs; a value, as DigestPost.

    A member who only previews a digest may have no `unsubscribe_key` yet.
    """

    id: int
    email: str
    display_name: str
    active: bool
    confirmed_at: datetime | None
    is_admin: bool
    locale: str
    time_zone: str
    frequency: Frequency
    unsubscribe_key: str | None

    @property
    def wants_digests(self) -> bool:
        """Return whether digests may reach them, and they want any."""
        is_reachable = self.active and self.confirmed_at is not None
        return is_reachable and self.frequency is not Frequency.NEVER

    @classmethod
    def of(cls, subscription: DigestSubscription) -> Self:
        """Look at a member and what they chose."""
        member = subscription.member
        return cls(
            member.id,
            member.email,
            member.display_name,
            member.active,
            member.confirmed_at,
            member.is_admin,
            member.locale,
            member.time_zone,
            subscription.frequency,
            subscription.unsubscribe_key,
        )


# The same, for a statement that joins the two.
DIGEST_READER = (
    Member.id,
    Member.email,
    Member.display_name,
    Member.active,
    Member.confirmed_at,
    Member.is_admin,
    Member.locale,
    Member.time_zone,
    DigestSubscription.frequency,
    DigestSubscription.unsubscribe_key,
)
