"""What the bell keeps: one row for each member that one fact concerns."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from grandequipe.extensions import Model, enum_check


class NotificationKind(StrEnum):
    """Why a line stands in the bell."""

    POST_PUBLISHED = "post_published"
    COMMENT_ON_MY_POST = "comment_on_my_post"
    ANSWER_TO_MY_COMMENT = "answer_to_my_comment"
    JOIN_REQUESTED = "join_requested"
    REQUEST_ACCEPTED = "request_accepted"
    REQUEST_REFUSED = "request_refused"
    INVITED = "invited"
    POST_PENDING = "post_pending"
    POST_REFUSED = "post_refused"
    POST_EDITED = "post_edited"  # written before changes waited for moderators
    PROPOSAL_PENDING = "proposal_pending"
    PROPOSAL_APPROVED = "proposal_approved"
    PROPOSAL_REFUSED = "proposal_refused"


class Notification(Model):
    """One fact that concerns one member; rows with the same `topic` are shown as one line.

    Guarantee: a fact told twice is one row, by the unique key. Names, titles and rights are
    not kept here: they are read when the line is shown.
    """

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("member_id", "event_id"),
        Index("ix_notification_member", "member_id", "id"),
        Index(
            "ix_notification_unread", "member_id", "topic", postgresql_where=text("read_at IS NULL")
        ),
        Index("ix_notification_post_id", "post_id", postgresql_where=text("post_id IS NOT NULL")),
        Index(
            "ix_notification_comment_id",
            "comment_id",
            postgresql_where=text("comment_id IS NOT NULL"),
        ),
        enum_check("kind", NotificationKind),
        CheckConstraint("comment_id IS NULL OR post_id IS NOT NULL", name="post_of_comment"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    event_id: Mapped[int] = mapped_column("fact_id", BigInteger, key="event_id")
    kind: Mapped[NotificationKind]
    topic: Mapped[str]
    actor_id: Mapped[int | None] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), index=True
    )
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"))
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
