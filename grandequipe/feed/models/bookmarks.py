"""Posts that members keep for themselves."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from grandequipe.extensions import Model

LONGEST_NOTE = 1000
# The name under which it is found beside the names of a member's reactions.
BOOKMARK = "bookmark"


class Bookmark(Model):
    """A post that a member keeps, with a note that nobody else reads.

    A removed one stays for a day, so that its removal can be undone with the note.
    """

    __tablename__ = "bookmark"
    __table_args__ = (
        CheckConstraint(f"char_length(note) <= {LONGEST_NOTE}", name="note"),
        Index(
            "ix_bookmark_newest",
            "member_id",
            "created_at",
            "post_id",
            postgresql_where=text("removed_at IS NULL"),
        ),
        Index(
            "ix_bookmark_removed_at", "removed_at", postgresql_where=text("removed_at IS NOT NULL")
        ),
    )

    member_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    post_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("post.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    note: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
