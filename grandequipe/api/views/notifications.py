"""Notifications."""

from collections.abc import Mapping
from typing import Any

from grandequipe.api.calls import call
from grandequipe.api.identity import acting_member
from grandequipe.api.limits import limited
from grandequipe.api.schemas.lists import PageQuery
from grandequipe.api.schemas.notifications import (
    NotificationPageSchema,
    ReadBody,
    SettingsBody,
    SettingsSchema,
    UnreadSchema,
)
from grandequipe.core.mail.rendering import address_of
from grandequipe.core.windows import Window
from grandequipe.notifications import queries, services
from grandequipe.notifications.models import NotificationKind, NotificationPayload

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


@call("GET", "/me/notification-settings", tag=TAG, answers=SettingsSchema)
def show_notification_settings() -> dict[str, Any]:
    """Show where each kind of notification reaches the caller."""
    return _settings()


@call("PUT", "/me/notification-settings", tag=TAG, answers=SettingsSchema, body=SettingsBody)
@limited("readings")
def set_notification_settings(data: dict[str, Any]) -> dict[str, Any]:
    """Choose which kinds are mailed; kinds that are left out stay as they are."""
    mailed = {kind.value: is_mailed for kind, is_mailed in _mailed().items()}
    mailed |= {kind: channels["mail"] for kind, channels in data["channels"].items()}
    kinds = [NotificationKind(kind) for kind, is_mailed in mailed.items() if is_mailed]
    services.change_mailed_kinds(acting_member(), kinds)
    return _settings()


def _mailed() -> Mapping[NotificationKind, bool]:
    return queries.list_mailed_kinds(acting_member())


def _settings() -> dict[str, Any]:
    mailed = _mailed()
    return {"channels": {kind.value: {"bell": True, "mail": mailed[kind]} for kind in mailed}}


def _shown(line: NotificationPayload) -> dict[str, Any]:
    kind, id = line.subject
    return vars(line) | {
        "id": line.latest_id,
        "subject": {"type": kind, "id": id},
        "sentence": line.sentence(),
        "url": line.link(address_of),
    }
