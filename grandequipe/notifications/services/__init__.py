"""Writing the bell, marking it as read, and the mails about what was not read."""

from grandequipe.notifications.services.entries import (
    NewEntry,
    count_again,
    lock_comments,
    lock_post_to_notify,
    mark_post_read,
    mark_read,
    mark_topic_read,
    notify,
    notify_of_comments,
    notify_of_mentions,
    present_counts,
    remind_selected,
)
from grandequipe.notifications.services.mails import (
    MAIL_KIND,
    UnreadMail,
    claim_member_to_mail,
    withdraw_unread_mails,
    write_unread_mail,
)
from grandequipe.notifications.services.settings import (
    change_mailed_kinds,
    erase_bell,
    has_stopped,
    stop_mails,
    stopped_by,
    stopping_token,
    stopping_url,
)

__all__ = [
    "MAIL_KIND",
    "NewEntry",
    "UnreadMail",
    "change_mailed_kinds",
    "claim_member_to_mail",
    "count_again",
    "erase_bell",
    "has_stopped",
    "lock_comments",
    "lock_post_to_notify",
    "mark_post_read",
    "mark_read",
    "mark_topic_read",
    "notify",
    "notify_of_comments",
    "notify_of_mentions",
    "present_counts",
    "remind_selected",
    "stop_mails",
    "stopped_by",
    "stopping_token",
    "stopping_url",
    "withdraw_unread_mails",
    "write_unread_mail",
]
