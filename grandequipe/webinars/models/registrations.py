"""Registrations: one row for each person and webinar, whatever becomes of it.

What visitors have not confirmed stands in rows beside.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Sequence, SmallInteger, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grandequipe.core import clock
from grandequipe.extensions import Model, enum_check
from grandequipe.members.models import Member
from grandequipe.webinars.models.settings import MOST_PLACES_EACH

# Numbers of the waiting lists: the lower is served first, whatever the clock said.
LINE_NUMBERS = Sequence("registration_line_number", metadata=Model.metadata)


class RegistrationMode(StrEnum):
    """What a person registers for: to take part, or to hear of the replay only."""

    SEAT = "seat"
    REPLAY = "replay"


class RegistrationState(StrEnum):
    """Where a registration stands.

    A visitor's waits for its confirmation by mail, beside what the mailbox has confirmed. Places of
    `going` and `offered` are taken; `offered` is a freed place that waits for the answer of
    the first in line until `offer_ends_at`. `replay` gets mail about the replay only.
    """

    UNCONFIRMED = "unconfirmed"
    GOING = "going"
    WAITING = "waiting"
    OFFERED = "offered"
    REPLAY = "replay"
    CANCELLED = "cancelled"


# Whose places count against the capacity.
TAKING_PLACES = (RegistrationState.GOING, RegistrationState.OFFERED)
IN_LINE = (RegistrationState.WAITING, RegistrationState.OFFERED)
ACTIVE = (*TAKING_PLACES, RegistrationState.WAITING, RegistrationState.REPLAY)


class CancelledBecause(StrEnum):
    """Why a registration is cancelled."""

    BY_PERSON = "by_person"
    BY_ORGANISER = "by_organiser"
    DECLINED = "declined"
    UNANSWERED = "unanswered"
    LEFT_GROUP = "left_group"


class AttendedBy(StrEnum):
    """How attendance was noted."""

    ROOM = "room"
    CODE = "code"
    QR = "qr"
    ORGANISER = "organiser"


class Registration(Model):
    """A member's or a visitor's registration to a webinar.

    A member has `member_id`; a visitor has `name`, `email` (and `email_key`, one for all spellings
    of a mailbox), `locale` and `time_zone`. `answers` maps ids of questions, as text, to answers:
    text, or true and false. `line_number` orders the waiting list, and stays while a place is
    offered. `places` counts the person and those who come along.
    """

    __tablename__ = "registration"
    __table_args__ = (
        enum_check("mode", RegistrationMode),
        enum_check("state", RegistrationState),
        enum_check("cancelled_because", CancelledBecause),
        enum_check("attended_by", AttendedBy),
        CheckConstraint("(member_id IS NULL) = (email IS NOT NULL)", name="email"),
        CheckConstraint("(email IS NULL) = (email_key IS NULL)", name="email_key"),
        CheckConstraint("(email IS NULL) = (name IS NULL)", name="name"),
        CheckConstraint(f"places BETWEEN 1 AND {MOST_PLACES_EACH}", name="places"),
        CheckConstraint(
            "(line_number IS NOT NULL) = (state IN ('waiting', 'offered'))", name="line_number"
        ),
        CheckConstraint("line_number >= 1", name="line_number_above"),
        CheckConstraint("(offer_ends_at IS NOT NULL) = (state = 'offered')", name="offer_ends_at"),
        CheckConstraint(
            "(mode = 'replay') = (state = 'replay') OR state IN ('unconfirmed', 'cancelled')",
            name="mode_and_state",
        ),
        CheckConstraint(
            "(cancelled_because IS NOT NULL) = (state = 'cancelled')", name="cancelled"
        ),
        CheckConstraint("(attended_at IS NULL) = (attended_by IS NULL)", name="attended_at"),
        Index("ix_registration_post_id", "post_id", "state", "line_number"),
        Index(
            "uq_registration_member_id",
            "member_id",
            "post_id",
            unique=True,
            postgresql_where=text("member_id IS NOT NULL"),
        ),
        # Strangers may ask for the same mailbox: each request stays beside until it is confirmed.
        Index(
            "uq_registration_confirmed_email_key",
            "post_id",
            "email_key",
            unique=True,
            postgresql_where=text("email_key IS NOT NULL AND state <> 'unconfirmed'"),
        ),
        Index(
            "ix_registration_offer_ends_at",
            "offer_ends_at",
            postgresql_where=text("offer_ends_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("webinar.post_id", ondelete="CASCADE"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    name: Mapped[str | None]
    email: Mapped[str | None]
    email_key: Mapped[str | None]
    locale: Mapped[str | None]
    time_zone: Mapped[str | None]
    mode: Mapped[RegistrationMode]
    state: Mapped[RegistrationState]
    places: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    line_number: Mapped[int | None] = mapped_column(BigInteger)
    offer_ends_at: Mapped[datetime | None]
    answers: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    wants_replay: Mapped[bool] = mapped_column(default=False, server_default="false")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    state_changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    cancelled_because: Mapped[CancelledBecause | None]
    attended_at: Mapped[datetime | None]
    attended_by: Mapped[AttendedBy | None]

    member: Mapped[Member | None] = relationship()

    @property
    def is_taking_places(self) -> bool:
        """Return whether its places count against the capacity."""
        return self.state in TAKING_PLACES

    @property
    def is_active(self) -> bool:
        """Return whether it is confirmed and not cancelled."""
        return self.state in ACTIVE

    @property
    def address(self) -> str:
        """Give the present address of the person, whether it gets mails or not."""
        return self.member.email if self.member else self.email or ""

    @property
    def person_name(self) -> str:
        """Give the name of the person, as a member's is now."""
        return self.member.display_name if self.member else self.name or ""

    @property
    def person_locale(self) -> str | None:
        """Give the language of the person's mails, None for the site's."""
        return self.member.locale if self.member else self.locale

    @property
    def person_time_zone(self) -> str | None:
        """Give the zone of the times in the person's mails, None for the site's."""
        return self.member.time_zone if self.member else self.time_zone
