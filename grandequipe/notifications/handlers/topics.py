"""Handlers of events that write notifications.

What concerns me (an answer to me, a comment on my post) obeys the level that I chose for the
group; what is said to me by name (an invitation, an answer to my request, what became of my
post) and a moderator's duties always come. See `docs/decisions/notification-levels.md`.
"""

from collections.abc import Iterable, Sequence
from typing import cast

from sqlalchemy import Select, not_, select

from grandequipe.announcements.events import AnnouncementPublished
from grandequipe.announcements.models import Announcement
from grandequipe.announcements.queries import recipients_of
from grandequipe.core.events import EventRecord, handles, handles_batch
from grandequipe.extensions import db
from grandequipe.feed.events import (
    CommentAdded,
    CommentEdited,
    DraftNotPublished,
    PostEdited,
    PostPublished,
    PostRefused,
    PostReturned,
    PostSubmitted,
    ProposalApproved,
    ProposalRefused,
    ProposalSubmitted,
    ScheduledPostPublished,
)
from grandequipe.feed.models import Mention, Placement, PlacementStatus, Post
from grandequipe.groups.events import (
    CharterPublished,
    JoinRefused,
    JoinRequested,
    MemberInvited,
    MemberJoined,
    RequestMessageSent,
)
from grandequipe.groups.models import Level, Membership, MembershipState
from grandequipe.groups.queries import find_group, find_welcome
from grandequipe.members.events import ProfileChanged
from grandequipe.members.models import Member
from grandequipe.members.queries import find_member
from grandequipe.moderation.events import (
    AppealDecided,
    AppealFiled,
    CaseEscalated,
    DecisionMade,
    ReportAnswered,
    ReportFiled,
)
from grandequipe.moderation.models import DecisionKind
from grandequipe.moderation.queries.cases import (
    administrators,
    find_appeal,
    find_case,
    find_decision,
    find_report,
    is_judged_at_site,
)
from grandequipe.notifications.models import ConversationChoice, NotificationKind, SubjectType
from grandequipe.notifications.queries import (
    has_chosen,
    list_unmentioned,
    moderating,
    not_notified_of,
    wanting,
)
from grandequipe.notifications.services import (
    NewEntry,
    count_again,
    erase_bell,
    lock_comments,
    lock_post_to_notify,
    notify,
    notify_of_comments,
    notify_of_mentions,
)

DECISIONS = {
    PostRefused.kind: NotificationKind.POST_REFUSED,
    PostReturned.kind: NotificationKind.POST_RETURNED,
    ProposalApproved.kind: NotificationKind.PROPOSAL_APPROVED,
    ProposalRefused.kind: NotificationKind.PROPOSAL_REFUSED,
}


@handles(PostPublished, stored_as="tell_of_post")
def notify_of_post(event_record: EventRecord) -> None:
    """Notify those who want every post of the group, once however many of its groups they are in.

    The author is notified where someone else published it.
    """
    group_id = _group_of(event_record)
    post = lock_post_to_notify(event_record.subject_id)
    if post is None or not _is_in(post, group_id, PlacementStatus.PUBLISHED):
        return
    mentioned = notify_of_mentions([event_record], post.id)
    kind = NotificationKind.POST_PUBLISHED
    by_author = NewEntry.about_post(kind, post.author_id, group_id, post.id)
    everyone = wanting(group_id, Level.ALL).where(
        Membership.member_id != post.author_id,
        Membership.member_id.not_in(mentioned),
        not_notified_of(post.id),
        not_(has_chosen(Membership.member_id, post.id, ConversationChoice.MUTED)),
    )
    approved = NewEntry.about_post(kind, event_record.actor_id, group_id, post.id)
    notify(event_record, (by_author, everyone), (approved, _only(post.author_id)))


@handles(PostEdited)
def notify_of_new_mentions(event_record: EventRecord) -> None:
    """Notify whom an edited post mentions since; a minor correction notifies nobody.

    The counts of those whom it mentions no more are broadcast: their lines have gone.
    """
    post = lock_post_to_notify(event_record.subject_id)
    if post is None:
        return
    if not cast(PostEdited, event_record.event).minor:
        notify_of_mentions([event_record], post.id)
    count_again(list_unmentioned(Mention.post_id == post.id))


@handles(CommentEdited)
def notify_of_new_mentions_in_comment(event_record: EventRecord) -> None:
    """Do the same for an edited comment."""
    lock_comments([event_record.subject_id])
    notify_of_mentions([event_record], comments=[event_record.subject_id])
    count_again(list_unmentioned(Mention.comment_id == event_record.subject_id))


def _notify_moderators(
    event_record: EventRecord, kind: NotificationKind, status: PlacementStatus
) -> None:
    """Notify the moderators of a group of a post whose placement there has this status."""
    group_id = _group_of(event_record)
    post = db.session.get(Post, event_record.subject_id)
    if post is None or not _is_in(post, group_id, status):
        return
    entry = NewEntry.about_post(kind, event_record.actor_id, group_id, post.id)
    notify(event_record, (entry, _moderators(group_id)))


@handles(ScheduledPostPublished)
def notify_author_of_scheduled_post(event_record: EventRecord) -> None:
    """Notify the author that a post was published at the hour that they had chosen."""
    group_id = _group_of(event_record)
    post = lock_post_to_notify(event_record.subject_id)
    if post is not None and _is_in(post, group_id, PlacementStatus.PUBLISHED):
        kind = NotificationKind.POST_PUBLISHED
        entry = NewEntry.about_post(kind, None, group_id, post.id)
        notify(event_record, (entry, _only(post.author_id)))


@handles(DraftNotPublished)
def notify_author_of_unpublished_draft(event_record: EventRecord) -> None:
    """Notify the author that a draft was not published at its hour."""
    kind, draft_id = NotificationKind.DRAFT_NOT_PUBLISHED, event_record.subject_id
    entry = NewEntry(kind, None, SubjectType.DRAFT, draft_id, None)
    notify(event_record, (entry, _only(_whose(event_record))))


@handles(AnnouncementPublished)
def notify_of_announcement(event_record: EventRecord) -> None:
    """Notify those whom an announcement is for, where it goes to the bell and still stands."""
    announcement = db.session.get(Announcement, event_record.subject_id)
    if announcement is None or announcement.withdrawn_at or not announcement.in_bell:
        return
    subject = SubjectType.ANNOUNCEMENT, announcement.id
    entry = NewEntry(NotificationKind.ANNOUNCEMENT, None, *subject, None)
    notify(event_record, (entry, recipients_of(announcement)))


@handles(PostSubmitted, stored_as="tell_moderators_of_post")
def notify_moderators_of_post(event_record: EventRecord) -> None:
    """Notify the moderators of the group that a post is pending."""
    _notify_moderators(event_record, NotificationKind.POST_PENDING, PlacementStatus.PENDING)


@handles(ProposalSubmitted, stored_as="tell_moderators_of_proposal")
def notify_moderators_of_proposal(event_record: EventRecord) -> None:
    """Notify the moderators of the group that a change of a post is pending."""
    _notify_moderators(event_record, NotificationKind.PROPOSAL_PENDING, PlacementStatus.PUBLISHED)


@handles(
    PostRefused,
    PostReturned,
    ProposalApproved,
    ProposalRefused,
    stored_as="tell_author_of_refusal",
)
def notify_author_of_decision(event_record: EventRecord) -> None:
    """Notify the author of a moderator's decision on their post or their change of it."""
    group_id = _group_of(event_record)
    post = db.session.get(Post, event_record.subject_id)
    if post is None or _placement(post, group_id) is None:
        return
    kind = DECISIONS[event_record.kind]
    entry = NewEntry.about_post(kind, event_record.actor_id, group_id, post.id)
    notify(event_record, (entry, _only(post.author_id)))


@handles_batch(CommentAdded, stored_as="tell_of_comment")
def notify_of_comment(event_records: Sequence[EventRecord]) -> None:
    """Notify the author of the comment that is answered and of the post; one person, once."""
    notify_of_comments(event_records)


@handles(JoinRequested, stored_as="tell_moderators_of_request")
def notify_moderators_of_request(event_record: EventRecord) -> None:
    """Notify the moderators of the group that someone asks to join."""
    if _state_in(event_record.subject_id, event_record.actor_id) is MembershipState.REQUESTED:
        _notify_about_group(
            event_record, NotificationKind.JOIN_REQUESTED, _moderators(event_record.subject_id)
        )


@handles(JoinRefused, stored_as="tell_of_refused_request")
def notify_of_refused_request(event_record: EventRecord) -> None:
    """Notify the person whose request was not accepted, if the group is still there."""
    if find_group(event_record.subject_id) is not None:
        person = _only(_whose(event_record))
        _notify_about_group(event_record, NotificationKind.REQUEST_REFUSED, person)


@handles(MemberInvited, stored_as="tell_of_invitation")
def notify_of_invitation(event_record: EventRecord) -> None:
    """Notify the person who is invited."""
    guest_id = _whose(event_record)
    if _state_in(event_record.subject_id, guest_id) is MembershipState.INVITED:
        _notify_about_group(event_record, NotificationKind.INVITED, _only(guest_id))


@handles(MemberJoined, stored_as="tell_of_acceptance")
def notify_of_acceptance(event_record: EventRecord) -> None:
    """Notify the person whose request was accepted."""
    event = cast(MemberJoined, event_record.event)
    if event.how == "request":
        kind = NotificationKind.REQUEST_ACCEPTED
        entry = NewEntry.about_group(kind, event_record.actor_id, event.group_id)
        notify(event_record, (entry, _only(event.subject_id)))


@handles(MemberJoined)
def notify_of_welcome(event_record: EventRecord) -> None:
    """Notify a person who joined that the group wrote a welcome, where it did."""
    event = cast(MemberJoined, event_record.event)
    group = find_group(event.group_id)
    if group is None or event.how == "founding" or not find_welcome(group).body_html:
        return
    entry = NewEntry.about_group(NotificationKind.WELCOMED, None, group.id)
    notify(event_record, (entry, _only(event.subject_id)), to_actor=True)


@handles(CharterPublished)
def notify_of_charter(event_record: EventRecord) -> None:
    """Notify all members of a group that it has another charter; of none nobody is notified."""
    group = find_group(event_record.subject_id)
    if group is not None and group.charter_version:
        kind = NotificationKind.CHARTER_CHANGED
        entry = NewEntry.about_group(kind, event_record.actor_id, group.id)
        notify(event_record, (entry, wanting(group.id, *Level)))


@handles(RequestMessageSent)
def notify_of_request_message(event_record: EventRecord) -> None:
    """Notify the other side of a request to join: the person, or the moderators."""
    asker_id, group_id = _whose(event_record), event_record.subject_id
    if find_group(group_id) is None:
        return
    if event_record.actor_id == asker_id:
        _notify_about_group(event_record, NotificationKind.REQUEST_REPLY, _moderators(group_id))
    else:
        _notify_about_group(event_record, NotificationKind.REQUEST_MESSAGE, _only(asker_id))


@handles(ProfileChanged)
def erase_bell_of_closed_account(event_record: EventRecord) -> None:
    """Delete the bell of an account that was closed, with what it asked for."""
    member = find_member(event_record.subject_id)
    if member is not None and member.is_closed:
        erase_bell(member)


def _notify_about_group(
    event_record: EventRecord, kind: NotificationKind, recipients: Select[int]
) -> None:
    """Notify of an event whose subject is a group."""
    entry = NewEntry.about_group(kind, event_record.actor_id, event_record.subject_id)
    notify(event_record, (entry, recipients))


def _whose(event_record: EventRecord) -> int | None:
    """Find the member in whose own stream an event is."""
    return db.session.scalar(select(Member.id).where(Member.stream_id == event_record.stream_id))


def _group_of(event_record: EventRecord) -> int:
    """Read in which group something happened to a post."""
    return int(event_record.data["group_id"])


def _placement(post: Post, group_id: int) -> Placement | None:
    return next((each for each in post.placements if each.group_id == group_id), None)


def _is_in(post: Post, group_id: int, status: PlacementStatus) -> bool:
    placement = _placement(post, group_id)
    return placement is not None and placement.status is status


def _moderators(group_id: int) -> Select[int]:
    return moderating().where(Membership.group_id == group_id)


def _only(member_id: int | None) -> Select[int]:
    return select(Member.id).where(Member.id == member_id)


def _state_in(group_id: int, member_id: int | None) -> MembershipState | None:
    membership = db.session.get(Membership, (group_id, member_id)) if member_id else None
    return membership.state if membership else None


@handles(ReportFiled)
def notify_moderators_of_report(event_record: EventRecord) -> None:
    """Notify those who decide on what was reported, but the author of it and the reporter."""
    report = find_report(event_record.subject_id)
    for case in report.cases if report else ():
        if case.is_undecided:
            _notify_of_case(
                event_record, NotificationKind.REPORT_FILED, case.group_id,
                (case.member_id, report.reporter_id if report else None),
            )  # fmt: skip


@handles(CaseEscalated)
def notify_administrators_of_case(event_record: EventRecord) -> None:
    """Notify the administrators of a case that nobody took in its group."""
    case = find_case(event_record.subject_id)
    if case is not None and case.is_undecided:
        _notify_of_case(event_record, NotificationKind.SITE_CASE, None, (case.member_id,))


@handles(AppealFiled)
def notify_of_appeal(event_record: EventRecord) -> None:
    """Notify those who may decide on an appeal: in the group, else at the site."""
    appeal = find_appeal(event_record.subject_id)
    if appeal is not None and appeal.is_open:
        decision = appeal.decision
        group_id = None if is_judged_at_site(decision) else decision.group_id
        _notify_of_case(
            event_record, NotificationKind.APPEAL_FILED, group_id,
            (decision.decided_by_id, decision.member_id),
        )  # fmt: skip


def _notify_of_case(
    event_record: EventRecord,
    kind: NotificationKind,
    group_id: int | None,
    but: Iterable[int | None],
) -> None:
    if group_id is None:
        entry = NewEntry(NotificationKind.SITE_CASE, None, SubjectType.SITE, 0, None)
        recipients, of = administrators(), Member.id
    else:
        entry = NewEntry.about_group(kind, None, group_id)
        recipients, of = _moderators(group_id), Membership.member_id
    left_out = [each for each in but if each is not None]
    notify(event_record, (entry, recipients.where(of.not_in(left_out))))


@handles(DecisionMade, AppealDecided)
def notify_of_moderation(event_record: EventRecord) -> None:
    """Notify a member of what was decided about them, or on their appeal."""
    decision = find_decision(event_record.subject_id)
    is_made = event_record.kind == DecisionMade.kind
    # A refused post has a line of its own, which leads to the reason.
    if decision is not None and not (is_made and decision.kind is DecisionKind.REFUSE):
        kind = NotificationKind.DECISION_MADE if is_made else NotificationKind.APPEAL_DECIDED
        group_id = decision.known_group.id if decision.known_group else None
        entry = NewEntry(kind, None, SubjectType.DECISION, decision.id, group_id)
        notify(event_record, (entry, _only(decision.member_id)))


@handles(ReportAnswered)
def notify_reporter(event_record: EventRecord) -> None:
    """Notify a member of the outcome of what they reported."""
    report = find_report(event_record.subject_id)
    if report is not None and report.reporter_id is not None:
        kind = NotificationKind.REPORT_ANSWERED
        entry = NewEntry(kind, None, SubjectType.REPORT, report.id, None)
        notify(event_record, (entry, _only(report.reporter_id)))
