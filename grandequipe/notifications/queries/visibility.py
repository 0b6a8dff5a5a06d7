"""The visibility of rows of the bell, and of their entries.

Guarantee: rights are asked each time it is shown, not only when it was written. A line about
something that the member may no longer see, or that is pending for them no more, is neither listed
nor counted.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Exists,
    Select,
    and_,
    column,
    exists,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from grandequipe.announcements.models import Announcement
from grandequipe.feed import queries as feed
from grandequipe.feed.models import (
    Comment,
    Draft,
    Hold,
    Mention,
    Placement,
    PlacementStatus,
    Post,
    PostProposal,
    ProposalState,
)
from grandequipe.groups import queries as groups
from grandequipe.groups.models import Group, Membership, MembershipState, OwnershipOffer
from grandequipe.library.models import Collection, CollectionFollow
from grandequipe.library.queries import collections as library
from grandequipe.members.models import OrganisationManager, Viewer
from grandequipe.moderation.models import (
    UNDECIDED,
    Appeal,
    AppealState,
    Case,
    Decision,
    Report,
)
from grandequipe.notifications.models import Notification, NotificationKind, SubjectType
from grandequipe.notifications.models.payload import ABOUT_DECISIONS, ABOUT_ORGANISATIONS
from grandequipe.notifications.queries.recipients import moderating

ABOUT_A_GROUP = (
    NotificationKind.REQUEST_ACCEPTED,
    NotificationKind.REQUEST_REFUSED,
    NotificationKind.REQUEST_MESSAGE,
    NotificationKind.GROUP_ARCHIVED,
    NotificationKind.GROUP_REOPENED,
    NotificationKind.GROUP_CLOSING,
    NotificationKind.GROUP_KEPT,
    NotificationKind.OWNERSHIP_ANSWERED,
    NotificationKind.GROUP_APPROVED,
    NotificationKind.GROUP_REFUSED,
    NotificationKind.GROUP_TRANSFERRED,
)
ABOUT_ONESELF = (
    NotificationKind.ADMIN_DEMOTED,
    NotificationKind.ACCOUNT_CONFIRMED,
    NotificationKind.ACCOUNT_EMAIL_CHANGED,
    NotificationKind.ACCOUNT_SIGNED_OUT,
    NotificationKind.ACCOUNT_REINSTATED,
)
OF_ADMINISTRATORS = (
    NotificationKind.SITE_CASE,
    NotificationKind.ADMIN_PROMOTED,
    NotificationKind.ORGANISATION_CLAIMED,
)
OF_MEMBERS = (NotificationKind.CHARTER_CHANGED, NotificationKind.WELCOMED)
ABOUT_COMMENTS = (
    NotificationKind.COMMENT_ON_MY_POST,
    NotificationKind.ANSWER_TO_MY_COMMENT,
    NotificationKind.COMMENT_ON_FOLLOWED_POST,
    NotificationKind.COMMENT_APPROVED,
)
# What a group reads: its thread, and that it was published.
OF_READERS = (
    *ABOUT_COMMENTS,
    NotificationKind.POST_PUBLISHED,
    NotificationKind.MENTION,
    NotificationKind.WEBINAR_REMINDER,
    NotificationKind.WEBINAR_MOVED,
    NotificationKind.WEBINAR_CANCELLED,
    NotificationKind.WEBINAR_REINSTATED,
)
# Lines that go with their last entry that is there.
OF_REQUESTS = (NotificationKind.JOIN_REQUESTED, NotificationKind.REQUEST_REPLY)
BY_ENTRIES = (*ABOUT_COMMENTS, *OF_REQUESTS, NotificationKind.MENTION)
DUTIES = (NotificationKind.POST_EDITED, NotificationKind.PROPOSAL_PENDING)
TAKEN_PART = (MembershipState.INVITED, MembershipState.ACTIVE)

ENTRY = (
    func.unnest(Notification.actor_ids, Notification.comment_ids)
    .table_valued(
        column("actor_id", BigInteger),
        column("comment_id", BigInteger),
        with_ordinality="number",
        name="entry",
    )
    .render_derived()
)
_IS_UNREAD = ENTRY.c.number <= Notification.unread_count


def visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """Filter the rows that the viewer may see; the query joins Group and Post, if any."""
    kind = Notification.kind
    waits = exists().where(
        PostProposal.post_id == Post.id, PostProposal.state == ProposalState.OPEN
    )
    is_pending = exists().where(
        Placement.post_id == Post.id,
        Placement.group_id == Notification.group_id,
        Placement.status == PlacementStatus.PENDING,
    )
    not_settled = and_(
        or_(kind != NotificationKind.POST_PENDING, is_pending),
        or_(kind != NotificationKind.PROPOSAL_PENDING, waits),
    )
    not_a_duty = or_(kind.not_in(DUTIES), _looks_after(viewer))
    is_read_by_group = or_(kind.not_in(OF_READERS), feed.thread_visible_to(viewer))
    # The row names its group: a post that is read in another one too shows nothing of this one.
    about_a_post = and_(
        Notification.subject_type == SubjectType.POST,
        feed.visible_to(viewer),
        groups.visible_to(viewer),
    )
    return or_(
        and_(about_a_post, is_read_by_group, not_settled, not_a_duty),
        and_(kind.in_(ABOUT_A_GROUP), groups.visible_to(viewer)),
        and_(kind == NotificationKind.INVITED, _has_membership(viewer.id, *TAKEN_PART)),
        and_(kind.in_(OF_REQUESTS), _looks_after(viewer)),
        and_(kind == NotificationKind.COMMENT_PENDING, _looks_after(viewer), _has_held_comment()),
        and_(kind.in_(OF_MEMBERS), _has_membership(viewer.id, MembershipState.ACTIVE)),
        and_(kind == NotificationKind.DRAFT_NOT_PUBLISHED, _is_unpublished_draft_of(viewer)),
        and_(kind == NotificationKind.ANNOUNCEMENT, _announced()),
        and_(kind == NotificationKind.COLLECTION_EXTENDED, _is_followed_by(viewer)),
        and_(kind == NotificationKind.OWNERSHIP_OFFERED, _is_offered_to(viewer)),
        # A refused post may be gone since; that it was refused stays its author's to know.
        and_(
            kind.in_((NotificationKind.POST_REFUSED, NotificationKind.POST_RETURNED)),
            Post.author_id == viewer.id,
            groups.visible_to(viewer),
        ),
        kind.in_(ABOUT_ONESELF),
        kind.in_(ABOUT_ORGANISATIONS),
        and_(kind == NotificationKind.BELONGING_STATED, _is_run_by(viewer)),
        *_of_moderation(viewer),
    )


def _is_offered_to(viewer: Viewer) -> Exists:
    """Filter by the offer of the row's group: one that was answered or withdrawn is over."""
    return (
        exists()
        .where(OwnershipOffer.group_id == Notification.group_id, OwnershipOffer.to_id == viewer.id)
        .correlate(Notification)
    )


def _has_held_comment() -> Exists:
    """Filter by the comments of the row's group that wait for its moderators."""
    return (
        exists()
        .where(Hold.group_id == Notification.group_id, Hold.comment_id.is_not(None))
        .correlate(Notification)
    )


def is_announced() -> ColumnElement[bool]:
    """Say that a row is about an announcement, which the query names, and that it still stands."""
    return and_(
        Notification.subject_type == SubjectType.ANNOUNCEMENT,
        Announcement.id == Notification.subject_id,
        Announcement.withdrawn_at.is_(None),
    )


def is_collection() -> ColumnElement[bool]:
    """Say that a row is about a collection, which the query names."""
    return and_(
        Notification.subject_type == SubjectType.COLLECTION,
        Collection.id == Notification.subject_id,
    )


def _is_followed_by(viewer: Viewer) -> Exists:
    """Filter by the collection of a row: one that the viewer follows and still sees."""
    return (
        exists()
        .where(
            is_collection(),
            library.visible_to(viewer),
            CollectionFollow.collection_id == Collection.id,
            CollectionFollow.member_id == viewer.id,
        )
        .correlate(Notification)
    )


def _is_run_by(viewer: Viewer) -> Exists:
    """Filter by the organisation of the row: those who run it answer."""
    return (
        exists()
        .where(
            OrganisationManager.organisation_id == Notification.subject_id,
            OrganisationManager.member_id == viewer.id,
        )
        .correlate(Notification)
    )


def _announced() -> Exists:
    return exists().where(is_announced()).correlate(Notification)


def _of_moderation(viewer: Viewer) -> Iterator[ColumnElement[bool]]:
    """Filter the lines about reports, decisions and appeals: settled duties are not shown."""
    kind, subject = Notification.kind, Notification.subject_id
    yield and_(
        kind == NotificationKind.REPORT_FILED,
        _looks_after(viewer),
        exists().where(Case.group_id == Notification.group_id, Case.state.in_(UNDECIDED)),
    )
    yield and_(
        kind == NotificationKind.APPEAL_FILED,
        _looks_after(viewer),
        exists().where(
            Decision.group_id == Notification.group_id,
            Decision.decided_by_id.is_distinct_from(viewer.id),
            Appeal.decision_id == Decision.id,
            Appeal.state == AppealState.OPEN,
        ),
    )
    if viewer.is_admin:
        yield kind.in_(OF_ADMINISTRATORS)
    mine = exists().where(Decision.id == subject, Decision.member_id == viewer.id)
    yield and_(kind.in_(ABOUT_DECISIONS), mine)
    reported = exists().where(Report.id == subject, Report.reporter_id == viewer.id)
    yield and_(kind == NotificationKind.REPORT_ANSWERED, reported)


def entry_is_visible() -> ColumnElement[bool]:
    """Filter the entries of a row: comments and mentions that are there, pending requests."""
    of_row = (Notification, ENTRY)
    is_there = exists().where(Comment.id == ENTRY.c.comment_id, Comment.removed_at.is_(None))
    asks = _has_membership(ENTRY.c.actor_id, MembershipState.REQUESTED).correlate(*of_row)
    # An entry about the post itself names no comment.
    names = exists().where(
        Mention.member_id == Notification.member_id,
        Mention.removed_at.is_(None),
        or_(
            Mention.comment_id == ENTRY.c.comment_id,
            and_(ENTRY.c.comment_id.is_(None), Mention.post_id == Notification.subject_id),
        ),
    )
    is_there_too = or_(ENTRY.c.comment_id.is_(None), is_there.correlate(*of_row))
    return and_(
        or_(Notification.kind.not_in(ABOUT_COMMENTS), is_there.correlate(*of_row)),
        or_(
            Notification.kind != NotificationKind.MENTION,
            and_(names.correlate(*of_row), is_there_too),
        ),
        or_(Notification.kind.not_in(OF_REQUESTS), asks),
    )


def is_unread() -> ColumnElement[bool]:
    """Filter the rows of which a visible entry is unread."""
    has_visible = select(ENTRY.c.number).where(_IS_UNREAD, entry_is_visible())
    is_settled_at_once = Notification.kind.not_in(BY_ENTRIES)
    return and_(
        Notification.read_at.is_(None),
        or_(is_settled_at_once, has_visible.correlate(Notification, Group, Post).exists()),
    )


def visible_entries(new: Any = Notification.unread_count) -> Any:
    """Give, beside each row, the actors and comments of its visible entries, and how many are new.

    `new` is how many of all its entries are. The query joins it: a row without a visible entry is
    not listed.
    """
    return (
        select(
            _newest_first(ENTRY.c.actor_id).label("actor_ids"),
            _newest_first(ENTRY.c.comment_id).label("comment_ids"),
            func.count().filter(ENTRY.c.number <= new).label("unread"),
        )
        .where(entry_is_visible())
        .having(func.count() > 0)
        .correlate(Notification, Group, Post)
        .lateral("visible")
    )


def rows_of(viewer: Viewer, *columns: Any) -> Select[Any]:
    """Select from the rows of the viewer's own bell that they may see."""
    about_post = and_(
        Notification.subject_type == SubjectType.POST, Notification.subject_id == Post.id
    )
    return (
        select(*columns)
        .select_from(Notification)
        .outerjoin(Group, Notification.group_id == Group.id)
        .outerjoin(Post, about_post)
        # A later version, that runs beside us during an upgrade, may notify for other reasons.
        .where(
            Notification.member_id == viewer.id,
            Notification.kind.in_(list(NotificationKind)),
            visible_to(viewer),
        )
    )


def _has_membership(member_id: Any, *states: MembershipState) -> Exists:
    """Filter by the present membership of a person in the row's group: what is settled is over."""
    return exists().where(
        Membership.group_id == Notification.group_id,
        Membership.member_id == member_id,
        Membership.state.in_(states),
    )


def _is_unpublished_draft_of(viewer: Viewer) -> Exists:
    """Filter by what became of a draft: one that was published, scheduled or deleted is settled."""
    return exists().where(
        Draft.id == Notification.subject_id,
        Draft.author_id == viewer.id,
        Draft.failure.is_not(None),
        Draft.deleted_at.is_(None),
    )


def _looks_after(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.is_admin:
        return true()
    mine = moderating().where(Membership.member_id == viewer.id)
    return Notification.group_id.in_(mine.with_only_columns(Membership.group_id))


def _newest_first(value: Any) -> Any:
    return func.array_agg(aggregate_order_by(value, ENTRY.c.number))
