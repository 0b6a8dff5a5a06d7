"""The life of a resource: its reviews, newer versions, uses, and reports that it is out of date."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grandequipe.extensions import Model, minimum_check
from grandequipe.members.models import Member

LONGEST_REASON, LONGEST_SENTENCE = 500, 300
# Resources that one project says it used.
MOST_USED = 20


class ResourceLife(Model):
    """When a resource is to be reviewed, and when it was last said to be up to date.

    `reminded_at` is when its author was reminded of `review_on`.
    """

    __tablename__ = "resource_life"
    __table_args__ = (
        Index(
            "ix_resource_life_review_on",
            "review_on",
            postgresql_where=text("review_on IS NOT NULL AND reminded_at IS NULL"),
        ),
    )

    post_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("post.id", ondelete="CASCADE"), primary_key=True
    )
    review_on: Mapped[date | None]
    reminded_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]


class ResourceSuccessor(Model):
    """A newer version of a resource, or one that is newer still: `depth` replacements away."""

    __tablename__ = "resource_successor"
    __table_args__ = (
        CheckConstraint("post_id <> newer_id", name="other"),
        minimum_check("depth", 1),
    )

    post_id: Mapped[int] = mapped_column(
        ForeignKey("post.id", ondelete="CASCADE"), primary_key=True
    )
    newer_id: Mapped[int] = mapped_column(
        ForeignKey("post.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    depth: Mapped[int]


class OutdatedReport(Model):
    """A member's word that a resource is out of date, and the answer of who looks after it."""

    __tablename__ = "outdated_report"
    __table_args__ = (
        CheckConstraint(f"char_length(reason) BETWEEN 1 AND {LONGEST_REASON}", name="reason"),
        CheckConstraint(f"char_length(answer) <= {LONGEST_REASON}", name="answer"),
    )

    post_id: Mapped[int] = mapped_column(
        ForeignKey("post.id", ondelete="CASCADE"), primary_key=True
    )
    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    reason: Mapped[str]
    reported_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(default="", server_default="")
    answered_at: Mapped[datetime | None]

    member: Mapped[Member] = relationship(lazy="joined")


class ResourceUse(Model):
    """That a member used a resource, with a sentence about it if they like.

    Triggers count the uses in the library's entry.
    """

    __tablename__ = "resource_use"
    __table_args__ = (
        CheckConstraint(f"char_length(sentence) <= {LONGEST_SENTENCE}", name="sentence"),
    )

    post_id: Mapped[int] = mapped_column(
        ForeignKey("post.id", ondelete="CASCADE"), primary_key=True
    )
    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    sentence: Mapped[str] = mapped_column(default="", server_default="")
    used_at: Mapped[datetime]

    member: Mapped[Member] = relationship(lazy="joined")


class ProjectResource(Model):
    """A resource that a project used, as its author says."""

    __tablename__ = "project_resource"

    project_id: Mapped[int] = mapped_column(
        ForeignKey("post.id", ondelete="CASCADE"), primary_key=True
    )
    resource_id: Mapped[int] = mapped_column(
        ForeignKey("post.id", ondelete="CASCADE"), primary_key=True, index=True
    )
