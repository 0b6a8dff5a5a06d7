"""One row for each member and topic: what concerns the member, and how much of it is unread."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from grandequipe.extensions import Model, enum_check, minimum_check

# Of a topic about which more is said than this, the newest entries are kept.
MOST_ENTRIES = 100
NEXT_ID = text("nextval('notification_id_seq')")


class NotificationKind(StrEnum):
    """Why a member is notified."""

    POST_PUBLISHED = "post_published"
    COMMENT_ON_MY_POST = "comment_on_my_post"
    ANSWER_TO_MY_COMMENT = "answer_to_my_comment"
    JOIN_REQUESTED = "join_requested"
    REQUEST_ACCEPTED = "request_accepted"
    REQUEST_REFUSED = "request_refused"
    INVITED = "invited"
    POST_PENDING = "post_pending"
    POST_REFUSED = "post_refused"
    POST_RETURNED = "post_returned"
    POST_EDITED = "post_edited"  # written before changes waited for moderators
    PROPOSAL_PENDING = "proposal_pending"
    PROPOSAL_APPROVED = "proposal_approved"
    PROPOSAL_REFUSED = "proposal_refused"
    DRAFT_NOT_PUBLISHED = "draft_not_published"
    MENTION = "mention"
    COMMENT_ON_FOLLOWED_POST = "comment_on_followed_post"
    REMINDER = "reminder"
    ANNOUNCEMENT = "announcement"
    REPORT_FILED = "report_filed"
    REPORT_ANSWERED = "report_answered"
    APPEAL_FILED = "appeal_filed"
    APPEAL_DECIDED = "appeal_decided"
    DECISION_MADE = "decision_made"
    SITE_CASE = "site_case"  # a report or an appeal waits for the site's administrators
    CHARTER_CHANGED = "charter_changed"
    WELCOMED = "welcomed"
    REQUEST_MESSAGE = "request_message"  # to the person who asked to join
    REQUEST_REPLY = "request_reply"  # to the moderators
    GROUP_ARCHIVED = "group_archived"
    GROUP_REOPENED = "group_reopened"
    GROUP_CLOSING = "group_closing"
    GROUP_KEPT = "group_kept"  # it was to be closed
    OWNERSHIP_OFFERED = "ownership_offered"
    OWNERSHIP_ANSWERED = "ownership_answered"
    # What administrators of the site did, which is mailed by itself.
    ADMIN_PROMOTED = "admin_promoted"
    ADMIN_DEMOTED = "admin_demoted"
    ACCOUNT_CONFIRMED = "account_confirmed"
    ACCOUNT_EMAIL_CHANGED = "account_email_changed"
    ACCOUNT_SIGNED_OUT = "account_signed_out"
    ACCOUNT_REINSTATED = "account_reinstated"
    GROUP_APPROVED = "group_approved"
    GROUP_REFUSED = "group_refused"
    GROUP_TRANSFERRED = "group_transferred"
    COMMENT_PENDING = "comment_pending"  # comments of a group that its moderators read first
    COMMENT_APPROVED = "comment_approved"
    WEBINAR_REMINDER = "webinar_reminder"  # of a webinar that the member is registered to
    WEBINAR_MOVED = "webinar_moved"
    WEBINAR_CANCELLED = "webinar_cancelled"
    WEBINAR_REINSTATED = "webinar_reinstated"
    COLLECTION_EXTENDED = "collection_extended"  # one that the member follows
    # To the author of a resource.
    RESOURCE_REVIEW = "resource_review"
    RESOURCE_OUTDATED = "resource_outdated"
    ADDRESS_DEAD = "address_dead"
    EXPERIENCE_ASKED = "experience_asked"  # of who may have done what a post asks for
    BELONGING_STATED = "belonging_stated"  # to those who run the organisation
    BELONGING_CONFIRMED = "belonging_confirmed"
    BELONGING_REFUSED = "belonging_refused"
    MANAGING_BEGUN = "managing_begun"  # of an organisation
    MANAGING_ENDED = "managing_ended"
    ORGANISATION_CLAIMED = "organisation_claimed"  # to administrators


# What reaches the mailbox where it was not read on the site, unless the member stopped it.
MAILED_KINDS = (
    NotificationKind.ANSWER_TO_MY_COMMENT,
    NotificationKind.COMMENT_ON_MY_POST,
    NotificationKind.MENTION,
    NotificationKind.COMMENT_ON_FOLLOWED_POST,
    NotificationKind.REMINDER,
    NotificationKind.REQUEST_ACCEPTED,
    NotificationKind.JOIN_REQUESTED,
    NotificationKind.REQUEST_MESSAGE,
    NotificationKind.REQUEST_REPLY,
    NotificationKind.POST_PENDING,
    NotificationKind.PROPOSAL_PENDING,
    NotificationKind.COMMENT_PENDING,
    NotificationKind.DRAFT_NOT_PUBLISHED,
    NotificationKind.REPORT_FILED,
    NotificationKind.APPEAL_FILED,
    NotificationKind.SITE_CASE,
    NotificationKind.GROUP_CLOSING,
    NotificationKind.OWNERSHIP_OFFERED,
    NotificationKind.OWNERSHIP_ANSWERED,
    NotificationKind.WEBINAR_REMINDER,
    NotificationKind.RESOURCE_REVIEW,
    NotificationKind.RESOURCE_OUTDATED,
    NotificationKind.ADDRESS_DEAD,
)
# What has a mail of its own, which leaves at once; members stop it like the others.
MAILED_APART = (NotificationKind.WEBINAR_REMINDER,)


class SubjectType(StrEnum):
    """What a notification is about."""

    POST = "post"
    GROUP = "group"
    DRAFT = "draft"
    ANNOUNCEMENT = "announcement"
    DECISION = "decision"
    REPORT = "report"
    SITE = "site"
    COLLECTION = "collection"


class Notification(Model):
    """All that concerns one member on one topic.

    The arrays are parallel, newest entry first: the event, its actor, and the comment where it is
    one; a reminder has a negative number and no actor. `unread_count` says how many entries have
    come since the member read the topic; it may be more than the arrays keep. `latest_id` is the
    number of the newest entry, from the sequence of the ids: what was shown "up to" a number is
    read, and what came since is not. `mail_due_at` is when unread entries are mailed;
    `mailed_count` says how many of the unread ones have been.

    Guarantee: an event that is handled twice, or a comment that is recorded in several groups, is
    one entry. Names, titles and rights are not kept here: they are read when a line is shown. A
    trigger deletes the rows about a post with the post.
    """

    __tablename__ = "notification"
    __table_args__ = (
        Index("ix_notification_topic", "member_id", "topic", unique=True),
        Index("ix_notification_newest", "member_id", "created_at", "latest_id"),
        Index(
            "ix_notification_unread", "member_id", "topic", postgresql_where=text("read_at IS NULL")
        ),
        Index("ix_notification_subject", "subject_type", "subject_id"),
        enum_check("kind", NotificationKind),
        enum_check("subject_type", SubjectType),
        Index(
            "ix_notification_mail_due",
            "mail_due_at",
            postgresql_where=text("mail_due_at IS NOT NULL"),
        ),
        minimum_check("unread_count"),
        minimum_check("mailed_count"),
        CheckConstraint(
            "read_at IS NULL OR (mail_due_at IS NULL AND mailed_count = 0)", name="mail"
        ),
        CheckConstraint("(unread_count = 0) = (read_at IS NOT NULL)", name="read_at"),
        CheckConstraint(
            "cardinality(event_ids) > 0 AND cardinality(event_ids) = cardinality(actor_ids)"
            " AND cardinality(event_ids) = cardinality(comment_ids)",
            name="entries",
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    latest_id: Mapped[int] = mapped_column(BigInteger, server_default=NEXT_ID)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    kind: Mapped[NotificationKind]
    topic: Mapped[str]
    subject_type: Mapped[SubjectType]
    subject_id: Mapped[int]
    group_id: Mapped[int | None] = mapped_column(
        ForeignKey("group.id", ondelete="CASCADE"), index=True
    )
    event_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    actor_ids: Mapped[list[int | None]] = mapped_column(ARRAY(BigInteger))
    comment_ids: Mapped[list[int | None]] = mapped_column(ARRAY(BigInteger))
    unread_count: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    mail_due_at: Mapped[datetime | None]
    mailed_count: Mapped[int] = mapped_column(default=0, server_default="0")


class StoppedMail(Model):
    """A kind of notification that a member wants no mail about, since when."""

    __tablename__ = "stopped_mail"
    __table_args__ = (enum_check("kind", NotificationKind),)

    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[NotificationKind] = mapped_column(primary_key=True)
    since: Mapped[datetime]
