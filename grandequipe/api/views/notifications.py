"""Notifications."""

from typing import Any

from grandequipe.api.calls import call
from grandequipe.api.identity import acting_member
from grandequipe.api.limits import limited
from grandequipe.api.schemas.lists import PageQuery
from grandequipe.api.schemas.notifications import (
    NotificationPageSchema,
    ReadBody,
    UnreadSchema,
)
from grandequipe.core.mail.rendering import address_of
from grandequipe.core.windows import Window
from grandequipe.notifications import queries, services
from grandequipe.notifications.models import NotificationPayload

TAG = "Notifications"


@call("GET", "/notifications", tag=TAG, answers=NotificationPageSchema, query=PageQuery)
def list_notifications(params: dict[str, Any]) -> Window[dict[str, Any]]:
    """List the caller's notifications, newest first."""
    page = queries.list_notifications(acting_member(), params["cursor"], params["limit"])
    return Window([_shown(line) for line in page.items], page.next)


@call("POST", "/notifications/read", tag=TAG, answers=UnreadSchema, body=ReadBody)
@limited("readings")
def read_notifications(data: dict[str, Any]) -> dict[str, int]:
    """Mark the notifications up to one as read; return the number of unread ones."""
    services.mark_read(acting_member(), data["up_to"])
    return {"unread": queries.count_unread(acting_member())}


def _shown(line: NotificationPayload) -> dict[str, Any]:
    kind, id = line.subject
    return vars(line) | {
        "id": line.latest_id,
        "subject": {"type": kind, "id": id},
        "sentence": line.sentence(),
        "url": line.link(address_of),
    }
