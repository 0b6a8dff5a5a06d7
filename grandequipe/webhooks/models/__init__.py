"""Webhooks of groups, what is to be delivered to them, and each try of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grandequipe.extensions import Model, enum_check, minimum_check
from grandequipe.groups.models import Group

# Of one group.
MOST_WEBHOOKS = 10
LONGEST_ADDRESS = 2000
LONGEST_NAME = 100
# Characters of an answer that owners are shown.
LONGEST_ANSWER = 1000
TEST = "webhook.test"


class EventKind(StrEnum):
    """What a webhook may hear of: events that everybody in the group may read about."""

    POST_PUBLISHED = "post.published"
    POST_EDITED = "post.edited"
    POST_REMOVED = "post.removed"
    COMMENT_ADDED = "comment.added"
    COMMENT_REMOVED = "comment.removed"
    WEBINAR_RESCHEDULED = "webinar.rescheduled"
    WEBINAR_CANCELLED = "webinar.cancelled"
    MEMBER_JOINED = "member.joined"
    MEMBER_LEFT = "member.left"


class DeliveryState(StrEnum):
    """Waits for a try; was taken by the receiver; is no longer tried."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


class TryFailure(StrEnum):
    """Why a try got no answer."""

    ADDRESS = "address"
    UNREACHABLE = "unreachable"


class Webhook(Model):
    """An address to which a group's events are sent, signed.

    The secret is not stored: it is derived from the site's own and `salt` (see
    `webhooks.services.signatures`). For a day after another was made, `previous_salt` signs too.
    `failing_since` is the first failed try after the last one that succeeded, `failures` counts
    them, and until `paused_until` nothing is sent. One that is switched off gets nothing.
    """

    __tablename__ = "webhook"
    __table_args__ = (
        minimum_check("failures"),
        CheckConstraint("(previous_salt IS NULL) = (previous_until IS NULL)", name="previous"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    address: Mapped[str]
    kinds: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    previous_salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    previous_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
    failing_since: Mapped[datetime | None]
    paused_until: Mapped[datetime | None]
    switched_off_at: Mapped[datetime | None]
    # By the site, which could not deliver; else by an owner.
    is_given_up: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    group: Mapped[Group] = relationship(lazy="joined", innerjoin=True)

    @property
    def is_on(self) -> bool:
        """Return whether events are sent to it."""
        return self.switched_off_at is None


class WebhookDelivery(Model):
    """One event for one webhook: it has one `message_id` however often it is sent.

    `event_id` is NULL for a test. `payload` holds ids and addresses only. `retrying_since` is from
    when its tries are counted: anew where an owner has it sent again.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        enum_check("state", DeliveryState),
        minimum_check("tries"),
        Index("uq_webhook_delivery_event", "webhook_id", "event_id", unique=True),
        Index(
            "ix_webhook_delivery_due",
            "next_try_at",
            postgresql_where=text("next_try_at IS NOT NULL"),
        ),
        Index("ix_webhook_delivery_created_at", "created_at"),
        CheckConstraint("(state = 'pending') = (next_try_at IS NOT NULL)", name="next_try_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    webhook_id: Mapped[int] = mapped_column(
        ForeignKey("webhook.id", ondelete="CASCADE"), index=True
    )
    event_id: Mapped[int | None] = mapped_column(BigInteger)
    message_id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    state: Mapped[DeliveryState] = mapped_column(default=DeliveryState.PENDING)
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime]
    retrying_since: Mapped[datetime]
    next_try_at: Mapped[datetime | None]

    webhook: Mapped[Webhook] = relationship(lazy="joined", innerjoin=True)


class WebhookTry(Model):
    """One try of a delivery: the status that was answered, or why there was none.

    `answer` is the beginning of what the receiver said; `milliseconds` how long it took.
    """

    __tablename__ = "webhook_try"
    __table_args__ = (
        enum_check("failure", TryFailure),
        minimum_check("milliseconds"),
        minimum_check("status", 100),
        CheckConstraint("(status IS NULL) <> (failure IS NULL)", name="outcome"),
        CheckConstraint(f"length(answer) <= {LONGEST_ANSWER}", name="answer"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    delivery_id: Mapped[int] = mapped_column(
        ForeignKey("webhook_delivery.id", ondelete="CASCADE"), index=True
    )
    at: Mapped[datetime]
    milliseconds: Mapped[int]
    status: Mapped[int | None]
    failure: Mapped[TryFailure | None]
    answer: Mapped[str] = mapped_column(default="", server_default="")

    @property
    def is_taken(self) -> bool:
        """Return whether the receiver took it: any status from 200 to 299."""
        return self.status is not None and 200 <= self.status < 300
