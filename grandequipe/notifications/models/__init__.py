"""The rows of the bell, and what each says."""

from grandequipe.notifications.models.notification import (
    MAILED_KINDS,
    MOST_ENTRIES,
    Notification,
    NotificationKind,
    StoppedMail,
    SubjectType,
)
from grandequipe.notifications.models.payload import (
    MAIL_LABELS,
    PLAIN,
    NotificationPayload,
    Writer,
)

__all__ = [
    "MAILED_KINDS",
    "MAIL_LABELS",
    "MOST_ENTRIES",
    "PLAIN",
    "Notification",
    "NotificationKind",
    "NotificationPayload",
    "StoppedMail",
    "SubjectType",
    "Writer",
]
