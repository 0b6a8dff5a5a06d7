"""The outbox: one row per mail, and the addresses that get no mail."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text as sql
from sqlalchemy.orm import Mapped, mapped_column

from grandequipe.extensions import Model, enum_check

UNFINISHED = sql("state IN ('pending', 'sending', 'uncertain')")
HAS_TEXT = sql("text IS NOT NULL")
IS_COUNTED = sql("mailbox IS NOT NULL")
NEW_TOKEN = sql("replace(gen_random_uuid()::text, '-', '')")


class MailState(StrEnum):
    """How far a mail has come.

    pending: to be sent, or to be tried again. sending: perhaps with the mail server. sent: the
    server took it. failed: it will not be sent. uncertain: nobody knows whether the server took
    it. cancelled: there was nothing to send any more.
    """

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"


class OutgoingMail(Model):
    """One mail to one address, written in the transaction of what causes it.

    `key` is unique: what asks for the same mail twice writes it once. `kind` says what it is about
    (see `core.mail.kinds`). `subject`, `text` and `html` are NULL where the kind renders them when
    the mail is sent, and once they are erased, `calendar` with them; `has_secrets` erases them with
    `sent`. `mailbox` is the canonical address, where mails to it are counted. `next_try_at` is when
    the clock gives a pending mail to a worker (again). `envelope_token` names the mail in its
    envelope sender. `is_refused_address` says that the server refused the address for good, not
    the text.
    """

    __tablename__ = "outgoing_mail"
    __table_args__ = (
        enum_check("state", MailState),
        CheckConstraint("tries >= 0", name="tries"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_at"),
        CheckConstraint("state <> 'sending' OR started_at IS NOT NULL", name="started_at"),
        CheckConstraint("num_nulls(subject, text, html) IN (0, 3)", name="parts"),
        CheckConstraint("NOT is_refused_address OR state = 'failed'", name="is_refused_address"),
        Index("ix_outgoing_mail_unfinished", "state", "next_try_at", postgresql_where=UNFINISHED),
        Index("ix_outgoing_mail_failed", "id", postgresql_where=sql("state = 'failed'")),
        Index("ix_outgoing_mail_text", "created_at", postgresql_where=HAS_TEXT),
        Index(
            "ix_outgoing_mail_mailbox", "mailbox", "kind", "created_at", postgresql_where=IS_COUNTED
        ),
        Index("ix_outgoing_mail_recipient", sql("lower(recipient)")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    recipient: Mapped[str]
    mailbox: Mapped[str | None]
    member_id: Mapped[int | None] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[MailState] = mapped_column(
        default=MailState.PENDING, server_default=MailState.PENDING
    )
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime] = mapped_column(index=True)
    next_try_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="", server_default="")
    is_refused_address: Mapped[bool] = mapped_column(default=False, server_default="false")
    message_id: Mapped[str | None]
    envelope_token: Mapped[str] = mapped_column(unique=True, server_default=NEW_TOKEN)
    reply_to: Mapped[str | None]
    headers: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=sql("'{}'"))
    subject: Mapped[str | None]
    text: Mapped[str | None]
    html: Mapped[str | None]
    calendar: Mapped[bytes | None]
    has_secrets: Mapped[bool] = mapped_column(default=False, server_default="false")


class SuppressedAddress(Model):
    """An address that gets no mail, folded as addresses are compared, and why."""

    __tablename__ = "suppressed_address"

    address: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    at: Mapped[datetime]
