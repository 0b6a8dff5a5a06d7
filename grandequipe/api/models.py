"""Stored responses, for requests that are sent twice."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grandequipe.extensions import Model


class IdempotencyKey(Model):
    """A request that was carried out, by its member and key, and its response.

    The row is inserted before the call and filled after it, in the call's transaction: a committed
    row has a response.
    """

    __tablename__ = "idempotency_key"
    __table_args__ = (
        UniqueConstraint("member_id", "key"),
        CheckConstraint("status BETWEEN 100 AND 599", name="status"),
        CheckConstraint("(status IS NULL) = (body IS NULL)", name="body"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    key: Mapped[str]
    method: Mapped[str]
    path: Mapped[str]
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int | None]
    headers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(index=True)
