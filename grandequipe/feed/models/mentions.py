"""Where texts mention members.

A text keeps a mention as a link to the member's page, whose words are the member's present name:
`<a href="/membres/12">@Amina Belkacem</a>`. The rows say which texts mention whom.
"""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from grandequipe.extensions import Model

MEMBER_LINK = 'href="/membres/'
# In a clean text a link has these attributes at most; a kept mention has no `rel`.
MENTION = re.compile(r'<a href="/membres/(\d{1,18})"(?: rel="[^"]*")?>(.*?)</a>', re.DOTALL)


class Mention(Model):
    """A member whom a post or a comment mentions, since when.

    One that was edited out stays, removed: a member is notified once of a text, however often
    it is edited. `notified_at` is when they were.
    """

    __tablename__ = "mention"
    __table_args__ = (
        CheckConstraint("num_nonnulls(post_id, comment_id) = 1", name="subject"),
        *(
            Index(
                f"ix_mention_{column}",
                column,
                "member_id",
                unique=True,
                postgresql_where=text(f"{column} IS NOT NULL"),
            )
            for column in ("post_id", "comment_id")
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"))
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    notified_at: Mapped[datetime | None]


def mentioned_in(html: str) -> Sequence[int]:
    """List the ids of the members whom a clean text mentions, each once."""
    if MEMBER_LINK not in html:
        return ()
    return list(dict.fromkeys(int(found[1]) for found in MENTION.finditer(html)))
