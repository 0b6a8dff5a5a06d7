"""The ledger: one row per member and period, whatever became of its letter."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grandequipe.extensions import Model
from grandequipe.members.models import Member


class DigestState(StrEnum):
    """How far a letter has come.

    claimed: to be written, or to be tried again. sending: written, perhaps with the mail
    server. sent: taken by the server. empty: there was nothing to tell. uncertain: nobody
    knows whether it left. failed: the server will not take it.
    """

    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    EMPTY = "empty"
    UNCERTAIN = "uncertain"
    FAILED = "failed"


class Digest(Model):
    """One letter, or the knowledge that there was none.

    `window` gives, for each group's stream, the position after which it begins and the last
    one that it tells: {"group:12": [40, 57]}. It is set once, when the letter is written.
    `contents` accounts for every post in the window: {"sent": [ids], "excluded": {id: reason}}.
    `carried_by_id` names the letter that tells in its place what a failed letter could not.
    `hand_over_at` is when the clock gives a claimed letter to a worker (again).
    """

    __tablename__ = "digest"
    __table_args__ = (
        UniqueConstraint("member_id", "period"),
        Index(
            "ix_digest_unfinished",
            "state",
            "hand_over_at",
            postgresql_where=text("state IN ('claimed', 'sending', 'uncertain')"),
        ),
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
    state: Mapped[DigestState] = mapped_column(default=DigestState.CLAIMED)
    claimed_at: Mapped[datetime]
    hand_over_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    message_id: Mapped[str | None]
    window: Mapped[dict[str, Any]] = mapped_column(default=dict)
    contents: Mapped[dict[str, Any]] = mapped_column(default=dict)
    error: Mapped[str] = mapped_column(default="")
    carried_by_id: Mapped[int | None] = mapped_column(ForeignKey("digest.id", ondelete="SET NULL"))

    member: Mapped[Member] = relationship(lazy="joined", innerjoin=True)


class Claim(NamedTuple):
    """A letter as it is taken up: an earlier try has left what it told, and up to where."""

    id: int
    window: Mapping[str, Sequence[int]]
    contents: Mapping[str, Any]
