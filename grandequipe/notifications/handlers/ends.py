"""Handlers of what becomes of a group: archived, closing, handed over; or lost by a member."""

from sqlalchemy import Select, select

from grandequipe.core.events import EventRecord, handles
from grandequipe.extensions import db
from grandequipe.groups.events import (
    GroupArchived,
    GroupClosing,
    GroupClosingCancelled,
    GroupReopened,
    MemberLeft,
    OwnershipAnswered,
    OwnershipOffered,
    PersonExcluded,
)
from grandequipe.groups.models import Level, Membership
from grandequipe.groups.queries import find_group
from grandequipe.members.models import Member
from grandequipe.notifications.models import NotificationKind
from grandequipe.notifications.queries import wanting
from grandequipe.notifications.services import NewEntry, notify, withdraw_unread_mails

ENDS = {
    GroupArchived.kind: NotificationKind.GROUP_ARCHIVED,
    GroupReopened.kind: NotificationKind.GROUP_REOPENED,
    GroupClosing.kind: NotificationKind.GROUP_CLOSING,
    GroupClosingCancelled.kind: NotificationKind.GROUP_KEPT,
    OwnershipOffered.kind: NotificationKind.OWNERSHIP_OFFERED,
    OwnershipAnswered.kind: NotificationKind.OWNERSHIP_ANSWERED,
}


@handles(GroupArchived, GroupReopened, GroupClosing, GroupClosingCancelled)
def notify_of_group_end(event_record: EventRecord) -> None:
    """Notify all members but the actor that their group is archived, closes, or goes on."""
    if find_group(event_record.subject_id) is None:
        return
    everyone = wanting(event_record.subject_id, *Level).where(
        Membership.member_id != event_record.actor_id
    )
    _notify(event_record, everyone)


@handles(OwnershipOffered, OwnershipAnswered)
def notify_of_ownership(event_record: EventRecord) -> None:
    """Notify a member who is offered a group, and its former owner of the answer."""
    if find_group(event_record.subject_id) is not None:
        _notify(event_record, select(Member.id).where(Member.stream_id == event_record.stream_id))


@handles(MemberLeft, PersonExcluded)
def withdraw_mails_of_lost_group(event_record: EventRecord) -> None:
    """Withdraw the mails that would show a member what they saw in a group that they have lost."""
    event = event_record.event
    is_left = isinstance(event, MemberLeft)
    own = Member.id == event.subject_id if is_left else Member.stream_id == event_record.stream_id
    if member := db.session.scalar(select(Member).where(own)):
        withdraw_unread_mails(member)


def _notify(event_record: EventRecord, recipients: Select[int]) -> None:
    kind, group_id = ENDS[event_record.kind], event_record.subject_id
    notify(event_record, (NewEntry.about_group(kind, event_record.actor_id, group_id), recipients))
