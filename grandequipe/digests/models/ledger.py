"""The ledger of digests: one row per member and period, and a post as a digest shows it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grandequipe.core import clock
from grandequipe.core.mail import MailState, OutgoingMail
from grandequipe.extensions import Model
from grandequipe.feed.models import Kind
from grandequipe.feed.models.kinds import ResourceType
from grandequipe.members.models import Member


class Digest(Model):
    """One digest of one member and period; its mail is cancelled where nothing was new.

    `window` gives, for each group's stream, the position after which it begins and the last
    one that it covers: {"group:12": [40, 57]}. It is set once, when the digest is rendered.
    `contents` accounts for every post in the window: {"sent": [ids], "excluded": {id: reason}}.
    `carried_over_by_id` names the later digest that shows the posts of a failed one.
    """

    __tablename__ = "digest"
    __table_args__ = (
        UniqueConstraint("member_id", "period"),
        Index("ix_digest_mail_id", "mail_id", unique=True),
        Index(
            "ix_digest_carried_by_id",
            "carried_by_id",
            postgresql_where=text("carried_by_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    period: Mapped[str]
    due_at: Mapped[datetime]
    mail_id: Mapped[int] = mapped_column(ForeignKey("outgoing_mail.id"))
    window: Mapped[dict[str, Any]] = mapped_column(default=dict)
    contents: Mapped[dict[str, Any]] = mapped_column(default=dict)
    carried_over_by_id: Mapped[int | None] = mapped_column(
        "carried_by_id", ForeignKey("digest.id", ondelete="SET NULL")
    )

    member: Mapped[Member] = relationship(lazy="joined", innerjoin=True)
    mail: Mapped[OutgoingMail] = relationship(lazy="joined", innerjoin=True)

    @property
    def state(self) -> MailState:
        """Return the state of its mail."""
        return self.mail.state


class DigestClaim(NamedTuple):
    """A digest that is being sent, with the window and contents of an earlier try, if any."""

    id: int
    window: Mapping[str, Sequence[int]]
    contents: Mapping[str, Any]


class DigestPost(NamedTuple):
    """All that a digest shows of a post, read with the reader's rights and not changed after.

    It is a value: two that are equal are rendered alike, so a rendered fragment serves all
    readers (see `services.rendering`). `summary` is plain text, `town` the first territory,
    `language` a BCP 47 tag. `time_zone` is a webinar's own; of a call, its author's.
    """

    id: int
    kind: Kind
    title: str
    summary: str
    group_slug: str
    group_name: str
    author_id: int
    author_name: str
    structure: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    is_cancelled: bool
    time_zone: str | None
    has_replay: bool | None
    deadline: datetime | None
    resource_type: ResourceType | None
    publisher: str | None
    town: str | None
    language: str | None
    has_room: bool
    comment_count: int
    reaction_count: int

    @property
    def is_over(self) -> bool:
        """Return whether a webinar has ended or is cancelled, or a call has closed."""
        if self.is_cancelled:
            return True
        end = self.ends_at or self.deadline
        return end is not None and end <= clock.now()

    @property
    def happens_at(self) -> datetime | None:
        """Return when a webinar begins or a call closes; None for a cancelled webinar."""
        return None if self.is_cancelled else self.starts_at or self.deadline

    @property
    def response_count(self) -> int:
        """Return the number of comments and reactions."""
        return self.comment_count + self.reaction_count
