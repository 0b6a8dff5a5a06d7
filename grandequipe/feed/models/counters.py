"""How often a post was commented on and reacted to, and a comment reacted to."""

from collections.abc import Iterator

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from grandequipe.extensions import Model, minimum_check
from grandequipe.feed.models.comments import ReactionName


class ReactionTotals:
    """How often each reaction was made; the columns are named after `ReactionName`.

    `revision` moves with each change of a counter.
    """

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


def reaction_checks() -> Iterator[CheckConstraint]:
    """Make the CHECK constraints of a table that counts reactions."""
    for name in ReactionName:
        yield minimum_check(f"{name}_count")
    yield minimum_check("revision", 1)


class PostCounters(ReactionTotals, Model):
    """The counters of a post, apart from it: a comment or a reaction does not write its row.

    Written with the first comment or reaction; a post without a row has none.
    """

    __tablename__ = "post_counters"
    __table_args__ = (minimum_check("comment_count"), *reaction_checks())

    post_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("post.id", ondelete="CASCADE"), primary_key=True
    )
    comment_count: Mapped[int] = mapped_column(server_default="0")


class CommentCounters(ReactionTotals, Model):
    """The counters of a comment, apart from it as those of a post."""

    __tablename__ = "comment_counters"
    __table_args__ = tuple(reaction_checks())

    comment_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True
    )
