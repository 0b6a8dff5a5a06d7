"""The ledger of digests: one row per member and period, whatever became of its mail."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grandequipe.core.mail import MailState, OutgoingMail
from grandequipe.extensions import Model
from grandequipe.members.models import Member


class Digest(Model):
    """One digest, or the knowledge that there was none: its mail is cancelled then.

    `window` gives, for each group's stream, the position after which it begins and the last
    one that it covers: {"group:12": [40, 57]}. It is set once, when the digest is rendered.
    `contents` accounts for every post in the window: {"sent": [ids], "excluded": {id: reason}}.
    `carried_over_by_id` names the digest that holds in its place what a failed one could not.
    """

    __tablename__ = "digest"
    __table_args__ = (
        UniqueConstraint("member_id", "period"),
        Index("ix_digest_mail_id", "mail_id", unique=True),
        Index(
            "ix_digest_carried_by_id",
            "carried_by_id",
            postgresql_where=text("carried_by_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    period: Mapped[str]
    due_at: Mapped[datetime]
    mail_id: Mapped[int] = mapped_column(ForeignKey("outgoing_mail.id"))
    window: Mapped[dict[str, Any]] = mapped_column(default=dict)
    contents: Mapped[dict[str, Any]] = mapped_column(default=dict)
    carried_over_by_id: Mapped[int | None] = mapped_column(
        "carried_by_id", ForeignKey("digest.id", ondelete="SET NULL")
    )

    member: Mapped[Member] = relationship(lazy="joined", innerjoin=True)
    mail: Mapped[OutgoingMail] = relationship(lazy="joined", innerjoin=True)

    @property
    def state(self) -> MailState:
        """Give the state of its mail."""
        return self.mail.state


class DigestClaim(NamedTuple):
    """A digest that is being sent: an earlier try has left its contents and its window."""

    id: int
    window: Mapping[str, Sequence[int]]
    contents: Mapping[str, Any]
