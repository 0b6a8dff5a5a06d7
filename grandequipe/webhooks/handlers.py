"""What webhooks do on events of groups: a row for each that listens, in one transaction."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from grandequipe.core.events import EventRecord, handles_batch
from grandequipe.core.mail import rendering
from grandequipe.feed.events import (
    CommentAdded,
    CommentRemoved,
    PostEdited,
    PostPublished,
    PostRemoved,
    WebinarCancelled,
    WebinarRescheduled,
)
from grandequipe.groups.events import MemberJoined, MemberLeft
from grandequipe.webhooks.services.deliveries import queue_events
from grandequipe.webhooks.services.sending import deliver_soon


@handles_batch(
    PostPublished, PostEdited, PostRemoved, WebinarRescheduled, WebinarCancelled,
    CommentAdded, CommentRemoved, MemberJoined, MemberLeft,
)  # fmt: skip
def queue_for_webhooks(event_records: Sequence[EventRecord]) -> None:
    """Queue events for the webhooks of their groups that listen."""
    if queue_events({each: _said_of(each) for each in event_records}):
        deliver_soon()


def _said_of(event_record: EventRecord) -> Mapping[str, Any]:
    """Name what an event is about, and who did it, by ids and addresses alone."""
    event = cast(Any, event_record.event)
    kind, id = event.subject_type, event.subject_id
    if kind == "member":
        url = rendering.address_of("members.profile", member_id=id)
    else:
        post_id = event.post_id if kind == "comment" else id
        anchor = f"#comment-{id}" if kind == "comment" else ""
        url = rendering.address_of("feed.post_page", post_id=post_id) + anchor
    return {"subject": {"type": kind, "id": id, "url": url}, "actor": event.actor_id}
