"""How often a post was commented on and reacted to."""

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from grandequipe.extensions import Model, minimum_check
from grandequipe.feed.models.comments import ReactionName


class PostCounters(Model):
    """The counters of a post, apart from it: a comment or a reaction does not write its row.

    Written with the first comment or reaction; a post without a row has none. The columns of the
    reactions are named after `ReactionName`. `revision` moves with each change of a counter.
    """

    __tablename__ = "post_counters"
    __table_args__ = (
        minimum_check("comment_count"),
        *(minimum_check(f"{name}_count") for name in ReactionName),
        minimum_check("revision", 1),
    )

    post_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("post.id", ondelete="CASCADE"), primary_key=True
    )
    comment_count: Mapped[int] = mapped_column(server_default="0")
    thanks_count: Mapped[int] = mapped_column(server_default="0")
    useful_count: Mapped[int] = mapped_column(server_default="0")
    inspiring_count: Mapped[int] = mapped_column(server_default="0")
    support_count: Mapped[int] = mapped_column(server_default="0")
    revision: Mapped[int] = mapped_column(server_default="1")

    @hybrid_property
    def reaction_count(self) -> int:
        """Count the reactions of all names."""
        return self.thanks_count + self.useful_count + self.inspiring_count + self.support_count

    @property
    def reaction_counts(self) -> dict[str, int]:
        """Give the count of each reaction that was made, by its name."""
        counts = {name.value: int(getattr(self, f"{name}_count")) for name in ReactionName}
        return {name: count for name, count in counts.items() if count}
