"""The index of the directory: what members who chose to be listed show, by audience."""

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grandequipe.extensions import Model
from grandequipe.members.models import Member


class DirectoryEntry(Model):
    """A listed member. Triggers write the row in the transaction of what changes it.

    `labels` are the keys of what all members are shown: the territory and those that hold it, the
    themes and those above them, the organisation (O and its id); `words` the words without accents,
    each after a space, of the name and of what they say. `group_labels` and `group_words` hold what
    is shown only to members of the same groups.
    """

    __tablename__ = "directory_entry"
    __table_args__ = (
        Index("ix_directory_entry_name", "sort_name", "member_id"),
        Index("ix_directory_entry_labels", "labels", postgresql_using="gin"),
        Index(
            "ix_directory_entry_group_labels",
            "group_labels",
            postgresql_using="gin",
        ),
        Index(
            "ix_directory_entry_words",
            "words",
            postgresql_using="gin",
            postgresql_ops={"words": "gin_trgm_ops"},
        ),
        Index(
            "ix_directory_entry_group_words",
            "group_words",
            postgresql_using="gin",
            postgresql_ops={"group_words": "gin_trgm_ops"},
        ),
    )

    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    sort_name: Mapped[str] = mapped_column(Text(collation="C"))
    labels: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    group_labels: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    words: Mapped[str]
    group_words: Mapped[str] = mapped_column(default="", server_default="")

    member: Mapped[Member] = relationship()
