"""The rows of the bell, and what each says."""

from grandequipe.notifications.models.notification import (
    MAILED_APART,
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
from grandequipe.notifications.models.wishes import (
    LONGEST_REMINDER,
    ChosenConversation,
    ConversationChoice,
    Reminder,
)

__all__ = [
    "LONGEST_REMINDER",
    "MAILED_APART",
    "MAILED_KINDS",
    "MAIL_LABELS",
    "MOST_ENTRIES",
    "PLAIN",
    "ChosenConversation",
    "ConversationChoice",
    "Notification",
    "NotificationKind",
    "NotificationPayload",
    "Reminder",
    "StoppedMail",
    "SubjectType",
    "Writer",
]
