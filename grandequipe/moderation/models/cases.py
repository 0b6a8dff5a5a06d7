"""Reports, the cases that group them, decisions with their reasons, and appeals.

A report is about a subject: a post, a comment, a file, a profile or a group. A case groups the
reports about one subject for one group whose moderators decide on it there; the site's
administrators decide on profiles and groups (`group_id` is None).
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grandequipe.extensions import Model, enum_check, minimum_check
from grandequipe.groups.models import Group
from grandequipe.members.models import Member

LONGEST_DETAILS = 3000
LONGEST_RULE = 300
LONGEST_APPEAL = 5000
# A case that is not taken within this time goes up to the administrators of the site.
ESCALATED_AFTER = timedelta(hours=24)
# Six months (DSA, article 20); for so long the contents that were removed are kept.
APPEALABLE_FOR = timedelta(days=183)
# Words of reports, reasons and appeals are erased so long after the case was opened.
WORDS_KEPT_FOR = timedelta(days=365)
# What the files that a decision has taken away belong to meanwhile.
DECISION_SUBJECT = "decision"


class SubjectType(StrEnum):
    """What can be reported and decided on."""

    POST = "post"
    COMMENT = "comment"
    FILE = "file"
    MEMBER = "member"
    GROUP = "group"


class ReportReason(StrEnum):
    """Why somebody reports it."""

    ILLEGAL = "illegal"
    HATE = "hate"
    SPAM = "spam"
    OFF_TOPIC = "off_topic"
    PERSONAL_DATA = "personal_data"
    OUTDATED = "outdated"
    OTHER = "other"


class CaseState(StrEnum):
    """Waiting; taken by a moderator; decided, and to be appealed; appealed; final."""

    OPEN = "open"
    TAKEN = "taken"
    DECIDED = "decided"
    APPEALED = "appealed"
    CLOSED = "closed"


UNDECIDED = (CaseState.OPEN, CaseState.TAKEN)


class DecisionKind(StrEnum):
    """The kinds of decisions; a post is refused before it is published, all others follow that.

    A member is expelled from a group, which they may join again. Administrators of the site archive
    a group and suspend an account.
    """

    KEEP = "keep"
    EDIT = "edit"
    REMOVE = "remove"
    LOCK = "lock"
    MUTE = "mute"
    BAN = "ban"
    WARN = "warn"
    REFUSE = "refuse"
    EXPEL = "expel"
    ARCHIVE = "archive"
    SUSPEND = "suspend"


SANCTIONS = (DecisionKind.WARN, DecisionKind.MUTE, DecisionKind.BAN)


class AppealState(StrEnum):
    """Waiting; the decision stays; the decision is undone."""

    OPEN = "open"
    UPHELD = "upheld"
    GRANTED = "granted"


def _partial(column: str, table: str) -> Index:
    """Index a foreign key that is mostly NULL."""
    return Index(f"ix_{table}_{column}", column, postgresql_where=text(f"{column} IS NOT NULL"))


class Case(Model):
    """The reports on one subject in one group, and what becomes of them.

    `version` moves with each step, so that of two moderators who decide on the same version one
    does. `member_id` is whose content it is, `subject_version` the version of a post that was
    reported, `escalated_at` since when the administrators of the site see it too.
    """

    __tablename__ = "moderation_case"
    __table_args__ = (
        enum_check("subject_type", SubjectType),
        enum_check("state", CaseState),
        minimum_check("version", 1),
        minimum_check("subject_version", 1),
        CheckConstraint("state <> 'taken' OR taken_at IS NOT NULL", name="taken_at"),
        CheckConstraint("taken_by_id IS NULL OR taken_at IS NOT NULL", name="taken_by_id"),
        Index(
            "uq_moderation_case_undecided",
            "subject_type",
            "subject_id",
            text("coalesce(group_id, 0)"),
            unique=True,
            postgresql_where=text("state IN ('open', 'taken')"),
        ),
        Index("ix_moderation_case_subject", "subject_type", "subject_id"),
        Index("ix_moderation_case_group", "group_id", "created_at", "id"),
        Index(
            "ix_moderation_case_untaken",
            "created_at",
            postgresql_where=text("state = 'open' AND escalated_at IS NULL"),
        ),
        _partial("member_id", "moderation_case"),
        _partial("taken_by_id", "moderation_case"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    subject_type: Mapped[SubjectType]
    subject_id: Mapped[int]
    group_id: Mapped[int | None] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    subject_version: Mapped[int | None]
    state: Mapped[CaseState] = mapped_column(default=CaseState.OPEN)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime]
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    taken_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    group: Mapped[Group | None] = relationship(lazy="joined")
    member: Mapped[Member | None] = relationship(foreign_keys=[member_id], lazy="joined")
    taken_by: Mapped[Member | None] = relationship(foreign_keys=[taken_by_id], lazy="joined")
    decisions: Mapped[list["Decision"]] = relationship(
        back_populates="case", lazy="selectin", order_by="Decision.id"
    )
    reports: Mapped[list["Report"]] = relationship(
        secondary=lambda: CaseReport.__table__, lazy="selectin", order_by="Report.id"
    )

    @property
    def is_undecided(self) -> bool:
        """Return whether it waits for a decision."""
        return self.state in UNDECIDED

    @property
    def decision(self) -> "Decision | None":
        """Give what was decided, None where it waits."""
        return self.decisions[-1] if self.decisions else None


class Report(Model):
    """What somebody reported, and why: a member, or a visitor with a name and an address.

    Guarantee: neither moderators nor the author of the content are shown whose report it is.
    `answered_at` is when its sender was notified of the outcome; `erased_at` when the words and
    the sender were erased.
    """

    __tablename__ = "report"
    __table_args__ = (
        enum_check("subject_type", SubjectType),
        enum_check("reason", ReportReason),
        CheckConstraint("(name IS NULL) = (email IS NULL)", name="visitor"),
        CheckConstraint("num_nonnulls(reporter_id, email) < 2", name="sender"),
        Index("ix_report_subject", "subject_type", "subject_id"),
        Index("ix_report_reporter", "reporter_id", "created_at", "id"),
        Index("ix_report_unerased", "created_at", postgresql_where=text("erased_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    subject_type: Mapped[SubjectType]
    subject_id: Mapped[int]
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    name: Mapped[str | None]
    email: Mapped[str | None]
    locale: Mapped[str]
    reason: Mapped[ReportReason]
    details: Mapped[str]
    created_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]

    reporter: Mapped[Member | None] = relationship(foreign_keys=[reporter_id])
    cases: Mapped[list[Case]] = relationship(
        secondary=lambda: CaseReport.__table__, viewonly=True, order_by=Case.id
    )


class CaseReport(Model):
    """A report within a case."""

    __tablename__ = "case_report"

    case_id: Mapped[int] = mapped_column(
        ForeignKey("moderation_case.id", ondelete="CASCADE"), primary_key=True
    )
    report_id: Mapped[int] = mapped_column(
        ForeignKey("report.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Decision(Model):
    """A statement of reasons (DSA, article 17): what was decided on whose content, why, by whom.

    `case_id` is None where a moderator acted without a report. `content` holds the title, text and
    language of what it is about, as they were, for the author; `effects` what undoing it needs:
    ids, numbers, and the words of a cleared profile. Both are erased at `erased_at`, once no appeal
    is possible. `overturned_at` is when it was undone.
    """

    __tablename__ = "decision"
    __table_args__ = (
        enum_check("subject_type", SubjectType),
        enum_check("kind", DecisionKind),
        Index("ix_decision_subject", "subject_type", "subject_id"),
        Index("ix_decision_member", "member_id", "created_at", "id"),
        Index("ix_decision_group", "group_id", "created_at", "id"),
        Index(
            "ix_decision_unerased", "appealable_until", postgresql_where=text("erased_at IS NULL")
        ),
        _partial("case_id", "decision"),
        _partial("decided_by_id", "decision"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    case_id: Mapped[int | None] = mapped_column(
        ForeignKey("moderation_case.id", ondelete="CASCADE")
    )
    group_id: Mapped[int | None] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    subject_type: Mapped[SubjectType]
    subject_id: Mapped[int]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    kind: Mapped[DecisionKind]
    reason: Mapped[str]
    rule: Mapped[str] = mapped_column(default="", server_default="")
    is_automated: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    until: Mapped[datetime | None]
    content: Mapped[dict[str, Any] | None]
    effects: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    created_at: Mapped[datetime]
    appealable_until: Mapped[datetime]
    overturned_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]

    case: Mapped[Case | None] = relationship(back_populates="decisions")
    group: Mapped[Group | None] = relationship(lazy="joined")
    member: Mapped[Member | None] = relationship(foreign_keys=[member_id], lazy="joined")
    decided_by: Mapped[Member | None] = relationship(foreign_keys=[decided_by_id], lazy="joined")
    appeal: Mapped["Appeal | None"] = relationship(back_populates="decision", lazy="joined")

    @property
    def known_group(self) -> Group | None:
        """The group, unless it is hidden from the member concerned, who never was in it."""
        return None if self.effects.get("is_secret") else self.group

    @property
    def former_group(self) -> str:
        """Give the name of its group, where that was closed since; else ""."""
        return str(self.effects.get("group_name", ""))

    @property
    def restricts(self) -> bool:
        """Return whether it limits somebody, who is given the reasons and may appeal."""
        return self.kind is not DecisionKind.KEEP

    @property
    def is_written_anew(self) -> bool:
        """Return whether undoing an edit left the post as its author has written it since."""
        return bool(self.effects.get("written_since"))

    @property
    def is_overturned(self) -> bool:
        """Return whether it was undone."""
        return self.overturned_at is not None


class Appeal(Model):
    """What the author says against a decision, once, and what somebody else decided on it."""

    __tablename__ = "appeal"
    __table_args__ = (
        enum_check("state", AppealState),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided_at"),
        Index("ix_appeal_open", "created_at", postgresql_where=text("state = 'open'")),
        _partial("decided_by_id", "appeal"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    decision_id: Mapped[int] = mapped_column(
        ForeignKey("decision.id", ondelete="CASCADE"), unique=True
    )
    text: Mapped[str]
    state: Mapped[AppealState] = mapped_column(default=AppealState.OPEN)
    created_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="", server_default="")

    decision: Mapped[Decision] = relationship(back_populates="appeal")

    @property
    def is_open(self) -> bool:
        """Return whether it waits."""
        return self.state is AppealState.OPEN
