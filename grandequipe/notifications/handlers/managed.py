"""Handlers of what administrators of the site do with accounts and groups."""

from typing import cast

from sqlalchemy import select

from grandequipe.core.events import EventRecord, handles
from grandequipe.core.moderation_log import Act
from grandequipe.groups.events import GroupManaged
from grandequipe.groups.queries import find_group
from grandequipe.members.events import AccountManaged
from grandequipe.members.models import Member
from grandequipe.notifications.models import NotificationKind, SubjectType
from grandequipe.notifications.services import NewEntry, notify

KINDS: dict[str, NotificationKind] = {
    Act.ADMIN_PROMOTED: NotificationKind.ADMIN_PROMOTED,
    Act.ADMIN_DEMOTED: NotificationKind.ADMIN_DEMOTED,
    Act.ACCOUNT_CONFIRMED: NotificationKind.ACCOUNT_CONFIRMED,
    Act.ACCOUNT_EMAIL_CHANGED: NotificationKind.ACCOUNT_EMAIL_CHANGED,
    Act.ACCOUNT_SIGNED_OUT: NotificationKind.ACCOUNT_SIGNED_OUT,
    Act.ACCOUNT_REINSTATED: NotificationKind.ACCOUNT_REINSTATED,
    Act.GROUP_APPROVED: NotificationKind.GROUP_APPROVED,
    Act.GROUP_REFUSED: NotificationKind.GROUP_REFUSED,
    Act.GROUP_TRANSFERRED: NotificationKind.GROUP_TRANSFERRED,
}


@handles(AccountManaged)
def notify_of_managed_account(event_record: EventRecord) -> None:
    """Notify a member of what an administrator did to their account."""
    kind = KINDS[cast(AccountManaged, event_record.event).act]
    _notify(event_record, NewEntry(kind, None, SubjectType.SITE, 0, None))


@handles(GroupManaged)
def notify_of_managed_group(event_record: EventRecord) -> None:
    """Notify an owner of what an administrator did with their group."""
    if find_group(event_record.subject_id) is not None:
        kind = KINDS[cast(GroupManaged, event_record.event).act]
        _notify(event_record, NewEntry.about_group(kind, None, event_record.subject_id))


def _notify(event_record: EventRecord, entry: NewEntry) -> None:
    member = select(Member.id).where(Member.stream_id == event_record.stream_id, Member.active)
    notify(event_record, (entry, member))
