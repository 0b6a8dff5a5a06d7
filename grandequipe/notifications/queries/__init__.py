"""Reading the bell, and who is concerned by an event."""

from grandequipe.notifications.queries.bell import (
    BELL_STATE,
    UnreadCount,
    count_unread,
    count_unread_around,
    get_notification,
    list_notifications,
    list_unmailed,
    list_unmentioned,
    read_unread_counts,
)
from grandequipe.notifications.queries.recipients import (
    ABOUT_COMMENTS,
    MENTIONED,
    has_chosen,
    is_read_by,
    moderating,
    not_notified_of,
    topic_of,
    wanting,
)
from grandequipe.notifications.queries.settings import list_mailed_kinds
from grandequipe.notifications.queries.visibility import visible_to

__all__ = [
    "ABOUT_COMMENTS",
    "BELL_STATE",
    "MENTIONED",
    "UnreadCount",
    "count_unread",
    "count_unread_around",
    "get_notification",
    "has_chosen",
    "is_read_by",
    "list_mailed_kinds",
    "list_notifications",
    "list_unmailed",
    "list_unmentioned",
    "moderating",
    "not_notified_of",
    "read_unread_counts",
    "topic_of",
    "visible_to",
    "wanting",
]
