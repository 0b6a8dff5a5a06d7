"""The moderation log: one row for each act of a moderator or an administrator, for ever.

Guarantee: rows are only added. Triggers refuse UPDATE, DELETE and TRUNCATE (migration 0043), so a
row holds ids, numbers and dates, no words of anybody: reasons and texts stand where they can be
erased. No foreign key either: an entry outlives what it is about.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from grandequipe.core import clock
from grandequipe.extensions import Model, db


class Act(StrEnum):
    """What moderators and administrators do. Values are stored for ever: never rename one."""

    # Posts and comments.
    POST_APPROVED = "post.approved"
    POST_RETURNED = "post.returned"  # changes were asked for
    POST_REFUSED = "post.refused"
    POST_KEPT = "post.kept"  # reported, and left as it is
    POST_EDITED = "post.edited"
    VERSION_HIDDEN = "post.version_hidden"
    POST_REMOVED = "post.removed"
    POST_RESTORED = "post.restored"
    POST_PINNED = "post.pinned"
    POST_UNPINNED = "post.unpinned"
    POST_FEATURED = "post.featured"
    POST_UNFEATURED = "post.unfeatured"
    POST_HELD = "post.held"  # by a rule against spam
    WEBINAR_CANCELLED = "webinar.cancelled"
    WEBINAR_REINSTATED = "webinar.reinstated"
    COMMENTS_LOCKED = "comments.locked"
    COMMENTS_UNLOCKED = "comments.unlocked"
    PROPOSAL_APPROVED = "proposal.approved"
    PROPOSAL_REFUSED = "proposal.refused"
    COMMENT_KEPT = "comment.kept"
    COMMENT_REMOVED = "comment.removed"
    COMMENT_RESTORED = "comment.restored"
    COMMENT_APPROVED = "comment.approved"
    COMMENT_HELD = "comment.held"
    FILE_KEPT = "file.kept"
    FILE_REMOVED = "file.removed"
    FILE_RESTORED = "file.restored"
    CONTENTS_REMOVED = "contents.removed"  # all that a person published since a day
    CONTENTS_RESTORED = "contents.restored"
    CONTENTS_ERASED = "contents.erased"  # no appeal is possible any more
    # People in a group.
    REQUEST_ACCEPTED = "request.accepted"
    REQUEST_REFUSED = "request.refused"
    INVITATION_WITHDRAWN = "invitation.withdrawn"
    ROLE_CHANGED = "member.role_changed"
    MEMBER_REMOVED = "member.removed"
    MEMBER_WARNED = "member.warned"
    WARNING_WITHDRAWN = "member.warning_withdrawn"
    MEMBER_MUTED = "member.muted"
    MEMBER_UNMUTED = "member.unmuted"
    MEMBER_BANNED = "member.banned"
    MEMBER_UNBANNED = "member.unbanned"
    PROFILE_KEPT = "profile.kept"
    PROFILE_CLEARED = "profile.cleared"
    # Groups.
    GROUP_APPROVED = "group.approved"
    GROUP_REFUSED = "group.refused"
    GROUP_WARNED = "group.warned"
    GROUP_KEPT = "group.kept"
    GROUP_CHANGED = "group.changed"
    GROUP_ARCHIVED = "group.archived"
    GROUP_REOPENED = "group.reopened"
    GROUP_TRANSFERRED = "group.transferred"
    GROUP_CLOSING = "group.closing"
    GROUP_CLOSING_CANCELLED = "group.closing_cancelled"
    GROUP_CLOSED = "group.closed"
    GROUP_FEATURED = "group.featured"
    GROUP_UNFEATURED = "group.unfeatured"
    CHARTER_PUBLISHED = "charter.published"
    # Cases.
    CASE_TAKEN = "case.taken"
    CASE_RELEASED = "case.released"
    CASE_ESCALATED = "case.escalated"
    CASE_DECIDED = "case.decided"
    APPEAL_UPHELD = "appeal.upheld"  # the decision stays
    APPEAL_GRANTED = "appeal.granted"  # the decision is undone
    # Accounts and the site.
    ADMIN_PROMOTED = "admin.promoted"
    ADMIN_DEMOTED = "admin.demoted"
    ACCOUNT_SUSPENDED = "account.suspended"
    ACCOUNT_REINSTATED = "account.reinstated"
    ACCOUNT_SIGNED_OUT = "account.signed_out"
    ACCOUNT_CONFIRMED = "account.confirmed"
    ACCOUNT_EMAIL_CHANGED = "account.email_changed"
    ACCOUNT_CLOSED = "account.closed"
    SETTINGS_CHANGED = "settings.changed"
    LEGAL_TEXT_PUBLISHED = "legal_text.published"
    THEME_CHANGED = "theme.changed"
    ORGANISATION_CHANGED = "organisation.changed"
    ORGANISATIONS_MERGED = "organisations.merged"
    CLAIM_ACCEPTED = "claim.accepted"  # a request to run an organisation
    CLAIM_REFUSED = "claim.refused"
    ANNOUNCEMENT_PUBLISHED = "announcement.published"
    ANNOUNCEMENT_WITHDRAWN = "announcement.withdrawn"
    JOB_REPLAYED = "job.replayed"
    MAIL_RESOLVED = "mail.resolved"
    ADDRESS_UNSUPPRESSED = "address.unsuppressed"


class LogEntry(Model):
    """One act. `actor_id` is NULL where a rule acted by itself, `group_id` for acts on the site.

    `act` may be one of a later release. `subject_type` and `subject_id` say on what ("post", 12),
    `member_id` whom it concerns, `details` numbers, dates and ids.
    """

    __tablename__ = "moderation_log"
    __table_args__ = (
        CheckConstraint("act ~ '^[a-z_]+[.][a-z_]+$'", name="act"),
        Index("ix_moderation_log_group", "group_id", "id", postgresql_where=text("group_id > 0")),
        Index(
            "ix_moderation_log_member", "member_id", "id", postgresql_where=text("member_id > 0")
        ),
        Index(
            "ix_moderation_log_actor",
            "actor_id",
            "at",
            "id",
            postgresql_where=text("actor_id > 0"),
        ),
        Index("ix_moderation_log_subject", "subject_type", "subject_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    act: Mapped[str]
    actor_id: Mapped[int | None]
    group_id: Mapped[int | None]
    subject_type: Mapped[str]
    subject_id: Mapped[int]
    member_id: Mapped[int | None]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))


def log_act(
    act: Act,
    subject: tuple[str, int],
    *,
    actor_id: int | None,
    group_id: int | None = None,
    member_id: int | None = None,
    **details: int | bool | str | list[int] | None,
) -> None:
    """Add an entry, in the transaction of the act; `actor_id` is None where a rule acted.

    `details` are values of JSON without personal data: numbers, ids, ISO dates, names of settings.
    """
    subject_type, subject_id = subject
    db.session.add(
        LogEntry(
            at=clock.now(),
            act=act,
            actor_id=actor_id,
            group_id=group_id,
            subject_type=subject_type,
            subject_id=subject_id,
            member_id=member_id,
            details=details,
        )
    )
