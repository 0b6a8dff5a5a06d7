"""Handlers of what becomes of webinars: those registered are notified; and their reminders."""

from typing import cast

from sqlalchemy import Select, select

from grandequipe.core.events import EventRecord, handles
from grandequipe.feed.events import WebinarCancelled, WebinarReinstated, WebinarRescheduled
from grandequipe.notifications.models import NotificationKind
from grandequipe.notifications.queries.registered import in_name_of, list_groups_of_post
from grandequipe.notifications.services import NewEntry, notify, remind_selected
from grandequipe.webinars.models import ACTIVE, Registration

KINDS = {
    WebinarRescheduled.kind: NotificationKind.WEBINAR_MOVED,
    WebinarCancelled.kind: NotificationKind.WEBINAR_CANCELLED,
    WebinarReinstated.kind: NotificationKind.WEBINAR_REINSTATED,
}
WebinarEvent = WebinarRescheduled | WebinarCancelled | WebinarReinstated


@handles(WebinarRescheduled, WebinarCancelled, WebinarReinstated)
def notify_registered(event_record: EventRecord) -> None:
    """Notify the members registered to a webinar that it was moved, cancelled or reinstated."""
    event = cast(WebinarEvent, event_record.event)
    group_id, post_id = event.group_id, event.subject_id
    registered = select(Registration.member_id).where(
        Registration.post_id == post_id,
        Registration.state.in_(ACTIVE),
        Registration.member_id.is_not(None),
        Registration.created_at <= event_record.at,
    )
    entry = NewEntry.about_post(KINDS[event_record.kind], event_record.actor_id, group_id, post_id)
    notify(event_record, (entry, in_name_of(group_id, post_id, registered)))


def notify_of_reminder(post_id: int, member_ids: Select[int | None]) -> None:
    """Write in the bell of members that a webinar is near; the caller sees that it happens once."""
    for group_id in list_groups_of_post(post_id):
        kind = NotificationKind.WEBINAR_REMINDER
        entry = NewEntry.about_post(kind, None, group_id, post_id)
        remind_selected(entry, in_name_of(group_id, post_id, member_ids))
