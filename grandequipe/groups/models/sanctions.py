"""Sanctions of people in a group."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grandequipe.core import clock
from grandequipe.extensions import Model, enum_check
from grandequipe.groups.models.groups import Group
from grandequipe.members.models import Member


class SanctionKind(StrEnum):
    """What a moderator imposes on a person in a group: a warning has no effect of its own."""

    WARNING = "warning"
    MUTE = "mute"
    BAN = "ban"


class Sanction(Model):
    """What a moderator imposed on a person in a group, why, since when and until when.

    It ends by itself at `until`, None for none, or when a moderator lifts it. `reason` is read by
    the person; both reasons are erased with the account.
    """

    __tablename__ = "sanction"
    __table_args__ = (
        enum_check("kind", SanctionKind),
        CheckConstraint("until IS NULL OR until > since", name="until"),
        CheckConstraint("kind <> 'warning' OR until IS NULL", name="warning"),
        CheckConstraint("lifted_by_id IS NULL OR lifted_at IS NOT NULL", name="lifted_at"),
        Index("ix_sanction_group", "group_id", "since", "id"),
        Index("ix_sanction_member", "member_id", "group_id"),
        Index(
            "ix_sanction_given_by_id",
            "given_by_id",
            postgresql_where=text("given_by_id IS NOT NULL"),
        ),
        Index(
            "ix_sanction_lifted_by_id",
            "lifted_by_id",
            postgresql_where=text("lifted_by_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    kind: Mapped[SanctionKind]
    reason: Mapped[str]
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    lift_reason: Mapped[str] = mapped_column(default="", server_default="")

    group: Mapped[Group] = relationship()
    member: Mapped[Member] = relationship(foreign_keys=[member_id])
    given_by: Mapped[Member | None] = relationship(foreign_keys=[given_by_id])

    @property
    def is_in_force(self) -> bool:
        """Return whether it restricts the person now."""
        is_open = self.until is None or self.until > clock.now()
        return self.kind is not SanctionKind.WARNING and self.lifted_at is None and is_open
