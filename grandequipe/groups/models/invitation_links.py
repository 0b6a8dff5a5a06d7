"""Links by which several people join a group."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grandequipe.core import clock
from grandequipe.extensions import Model, minimum_check
from grandequipe.groups.models.groups import Group
from grandequipe.members.models import Member


class InvitationLink(Model):
    """A link that lets people in, as many as it says, until it ends; `key` is in its address."""

    __tablename__ = "invitation_link"
    __table_args__ = (
        minimum_check("max_uses", 1),
        minimum_check("uses"),
        CheckConstraint("uses <= max_uses", name="uses_left"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    created_by_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), index=True
    )
    key: Mapped[str] = mapped_column(unique=True)
    max_uses: Mapped[int]
    uses: Mapped[int] = mapped_column(default=0, server_default="0")
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime]

    group: Mapped[Group] = relationship()
    created_by: Mapped[Member] = relationship()

    @property
    def is_over(self) -> bool:
        """Return whether nobody joins by it any more."""
        return self.uses >= self.max_uses or self.expires_at <= clock.now()
