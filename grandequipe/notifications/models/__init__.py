"""The rows of the bell, and what each says."""

from grandequipe.notifications.models.notification import (
    MOST_ENTRIES,
    Notification,
    NotificationKind,
    SubjectType,
)
from grandequipe.notifications.models.payload import PLAIN, NotificationPayload, Writer

__all__ = [
    "MOST_ENTRIES",
    "PLAIN",
    "Notification",
    "NotificationKind",
    "NotificationPayload",
    "SubjectType",
    "Writer",
]
