"""Reading the bell, and who is concerned by what happened."""

from grandequipe.notifications.queries.bell import (
    Line,
    count_unread,
    count_unread_around,
    get_notification,
    list_notifications,
)
from grandequipe.notifications.queries.recipients import (
    COMMENTS_TOLD,
    moderating,
    not_told_of,
    wanting,
)
from grandequipe.notifications.queries.visibility import visible_to

__all__ = [
    "COMMENTS_TOLD",
    "Line",
    "count_unread",
    "count_unread_around",
    "get_notification",
    "list_notifications",
    "moderating",
    "not_told_of",
    "visible_to",
    "wanting",
]
