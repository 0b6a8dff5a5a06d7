"""Handlers of what happens in the library."""

from datetime import timedelta
from typing import cast

from sqlalchemy import exists, select

from grandequipe.core import clock
from grandequipe.core.events import EventRecord, handles
from grandequipe.extensions import db
from grandequipe.feed.models import Placement, Post
from grandequipe.feed.queries.visibility import PUBLISHED
from grandequipe.groups.models import Group
from grandequipe.library.events import (
    AddressDied,
    CollectionExtended,
    ResourceReported,
    ResourceReviewDue,
)
from grandequipe.library.models import CollectionFollow
from grandequipe.library.services.collections import lock_collection
from grandequipe.members.models import Member
from grandequipe.notifications.models import Notification, NotificationKind, SubjectType
from grandequipe.notifications.queries.recipients import is_read_by, topic_of
from grandequipe.notifications.services import NewEntry, notify

# Of one collection a member is notified no more often.
PAUSE = timedelta(days=1)


@handles(CollectionExtended)
def notify_followers_of_collection(event_record: EventRecord) -> None:
    """Notify the followers of a collection who see the post that was added, once a day.

    The bell shows the line to those who still see the collection.
    """
    event = cast(CollectionExtended, event_record.event)
    kind, subject = NotificationKind.COLLECTION_EXTENDED, SubjectType.COLLECTION
    # In turn, so that what is added at once is one line.
    if lock_collection(event.subject_id) is None:
        return
    was_notified = exists().where(
        Notification.member_id == Member.id,
        Notification.topic == topic_of(kind, subject, event.subject_id),
        Notification.created_at > clock.now() - PAUSE,
    )
    followers = (
        select(Member.id)
        .distinct()
        .join(CollectionFollow, CollectionFollow.member_id == Member.id)
        .join(Placement, Placement.post_id == event.item_id)
        .join(Group, Group.id == Placement.group_id)
        .where(
            CollectionFollow.collection_id == event.subject_id,
            CollectionFollow.since <= event_record.at,
            PUBLISHED,
            is_read_by(Member.id),
            ~was_notified.correlate(Member),
        )
    )
    entry = NewEntry(kind, event_record.actor_id, subject, event.subject_id, None)
    notify(event_record, (entry, followers))


AUTHORS = {
    ResourceReviewDue.kind: NotificationKind.RESOURCE_REVIEW,
    ResourceReported.kind: NotificationKind.RESOURCE_OUTDATED,
    AddressDied.kind: NotificationKind.ADDRESS_DEAD,
}
ResourceEvent = ResourceReviewDue | ResourceReported | AddressDied


@handles(ResourceReviewDue, ResourceReported, AddressDied)
def notify_author_of_resource(event_record: EventRecord) -> None:
    """Notify the author of a resource that something about it waits for them."""
    event = cast(ResourceEvent, event_record.event)
    kind, group_id = AUTHORS[event_record.kind], event.group_id
    # The post may be gone since.
    if db.session.get(Post, event.subject_id) is not None:
        entry = NewEntry.about_post(kind, event_record.actor_id, group_id, event.subject_id)
        author = select(Member.id).where(Member.stream_id == event_record.stream_id)
        notify(event_record, (entry, author))
