"""What a moderator removed at once of all that a person published in a group."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grandequipe.extensions import Model
from grandequipe.groups.models import Group
from grandequipe.members.models import Member


class Removal(Model):
    """A bulk removal, with what undoing it needs; `since` is the instant from which it removed.

    `contents` is {placements: [[id, status, pinned, featured, decided_by_id, decided_at]],
    comments: [id]}, without any words; it is emptied where it was undone, or can be no more.
    """

    __tablename__ = "removal"
    __table_args__ = (
        CheckConstraint("restored_by_id IS NULL OR restored_at IS NOT NULL", name="restored_at"),
        Index("ix_removal_group", "group_id", "at", "id"),
        Index("ix_removal_member_id", "member_id"),
        Index("ix_removal_kept", "at", postgresql_where=text("contents <> '{}'::jsonb")),
        Index(
            "ix_removal_removed_by_id",
            "removed_by_id",
            postgresql_where=text("removed_by_id IS NOT NULL"),
        ),
        Index(
            "ix_removal_restored_by_id",
            "restored_by_id",
            postgresql_where=text("restored_by_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    since: Mapped[datetime]
    reason: Mapped[str]
    at: Mapped[datetime]
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    restored_at: Mapped[datetime | None]
    restored_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    contents: Mapped[dict[str, Any]]

    group: Mapped[Group] = relationship()
    member: Mapped[Member] = relationship(foreign_keys=[member_id])
    removed_by: Mapped[Member | None] = relationship(foreign_keys=[removed_by_id])

    @property
    def post_count(self) -> int:
        """Count the posts that it removed and that can be put back."""
        return len(self.contents.get("placements", ()))

    @property
    def comment_count(self) -> int:
        """Count the comments that it removed and that can be put back."""
        return len(self.contents.get("comments", ()))

    @property
    def may_be_undone(self) -> bool:
        """Return whether there is something to put back."""
        return self.restored_at is None and bool(self.contents)
