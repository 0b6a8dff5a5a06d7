"""Who wants a letter, how often, and when the next one is due."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grandequipe.digests.models.schedule import Frequency, Schedule
from grandequipe.extensions import Model
from grandequipe.members.models import Member

MONDAY = 0
EIGHT = 8


class DigestSubscription(Model):
    """One member's choice; the due is computed when the choice or the clock's zone changes.

    `next_period` names the period of `next_due_at`; both are empty where no letter will come.
    `unsubscribe_key` never changes: the addresses in old letters work for ever. `version` counts
    the choices that were made, so that one can be taken back only while it is the last.
    """

    __tablename__ = "digest_subscription"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("hour BETWEEN 0 AND 23", name="hour"),
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

    member: Mapped[Member] = relationship(lazy="joined", innerjoin=True)

    @property
    def schedule(self) -> Schedule:
        """Give the choice with the clock that it is read on."""
        return Schedule(self.frequency, self.weekday, self.hour, self.member.time_zone)

    @property
    def is_wanted(self) -> bool:
        """Tell whether the member wants letters at all."""
        return self.frequency is not Frequency.NEVER
