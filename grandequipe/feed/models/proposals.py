"""A change of a published post that waits for a moderator, or was refused."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grandequipe.extensions import Model, enum_check
from grandequipe.feed.models.inputs import PostInput, read_input
from grandequipe.feed.models.posts import Post


class ProposalState(StrEnum):
    """Where a proposal stands; one that is approved or withdrawn is deleted."""

    OPEN = "open"
    REFUSED = "refused"


class PostProposal(Model):
    """What the author of a published post wants it to say, until a moderator decides.

    The group reads the post as it was approved. `base_version` is the `text_version` of the post
    that the author changed; `content` holds every field of a PostInput (`write_input`), and
    the summary of its text, which is clean.
    """

    __tablename__ = "post_proposal"
    __table_args__ = (
        enum_check("state", ProposalState),
        CheckConstraint("(state = 'refused') = (reason IS NOT NULL)", name="reason"),
        Index("ix_post_proposal_open", "id", postgresql_where=text("state = 'open'")),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), unique=True)
    base_version: Mapped[str]
    content: Mapped[dict[str, Any]]
    state: Mapped[ProposalState] = mapped_column(default=ProposalState.OPEN)
    changed_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("member.id", ondelete="SET NULL"), index=True
    )
    reason: Mapped[str | None]

    post: Mapped[Post] = relationship(innerjoin=True)

    @property
    def is_open(self) -> bool:
        """Return whether it waits for a moderator."""
        return self.state is ProposalState.OPEN

    @property
    def post_input(self) -> PostInput:
        """Give what the author wrote."""
        return read_input(self.post.kind, self.content)

    @property
    def version(self) -> str:
        """Name the two texts that a moderator compares: the proposal's and the post's."""
        return f"{self.post.text_version}-{self.changed_at.timestamp()}"

    @property
    def is_behind(self) -> bool:
        """Return whether the post was changed by somebody else since the author read it."""
        return self.base_version != self.post.text_version
