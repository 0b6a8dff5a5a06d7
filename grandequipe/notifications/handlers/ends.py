"""Handlers of what becomes of a group: archived, closing, handed over."""

from sqlalchemy import Select, select

from grandequipe.core.events import EventRecord, handles
from grandequipe.groups.events import (
    GroupArchived,
    GroupClosing,
    GroupClosingCancelled,
    GroupReopened,
    OwnershipAnswered,
    OwnershipOffered,
)
from grandequipe.groups.models import Level, Membership
from grandequipe.groups.queries import find_group
from grandequipe.members.models import Member
from grandequipe.notifications.models import NotificationKind
from grandequipe.notifications.queries import wanting
from grandequipe.notifications.services import NewEntry, notify

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


def _notify(event_record: EventRecord, recipients: Select[int]) -> None:
    kind, group_id = ENDS[event_record.kind], event_record.subject_id
    notify(event_record, (NewEntry.about_group(kind, event_record.actor_id, group_id), recipients))
