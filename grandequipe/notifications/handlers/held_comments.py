"""Handlers of comments that a rule against spam holds: their moderators, then their author."""

from typing import cast

from sqlalchemy import select

from grandequipe.core.events import EventRecord, handles
from grandequipe.feed.events import CommentApproved, CommentHeld
from grandequipe.feed.queries.holds import is_comment_held
from grandequipe.groups.models import Membership
from grandequipe.members.models import Member
from grandequipe.notifications.models import NotificationKind, SubjectType
from grandequipe.notifications.queries import moderating
from grandequipe.notifications.services import NewEntry, notify


@handles(CommentHeld)
def notify_moderators_of_held_comment(event_record: EventRecord) -> None:
    """Notify the moderators of the group that a comment is held: one line for all of them."""
    event = cast(CommentHeld, event_record.event)
    if is_comment_held(event.subject_id):
        kind = NotificationKind.COMMENT_PENDING
        entry = NewEntry.about_group(kind, event.actor_id, event.group_id)
        theirs = moderating().where(Membership.group_id == event.group_id)
        notify(event_record, (entry, theirs))


@handles(CommentApproved)
def notify_author_of_approved_comment(event_record: EventRecord) -> None:
    """Notify the author of a comment that waited that a moderator published it."""
    event, kind = cast(CommentApproved, event_record.event), NotificationKind.COMMENT_APPROVED
    subject = SubjectType.POST, event.post_id
    entry = NewEntry(kind, event.actor_id, *subject, event.group_id, event.subject_id)
    author = select(Member.id).where(Member.stream_id == event_record.stream_id)
    notify(event_record, (entry, author))
