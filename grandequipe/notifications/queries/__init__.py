"""Reading the bell, and who is concerned by what happened."""

from grandequipe.notifications.queries.bell import (
    Line,
    count_unread,
    get_notification,
    list_notifications,
    visible_to,
)
from grandequipe.notifications.queries.recipients import COMMENTS_TOLD, moderating, wanting

__all__ = [
    "COMMENTS_TOLD",
    "Line",
    "count_unread",
    "get_notification",
    "list_notifications",
    "moderating",
    "visible_to",
    "wanting",
]
