"""What happens in the bell, told in the member's own stream."""

from dataclasses import dataclass

from grandequipe.core.events import Event


@dataclass(frozen=True, kw_only=True)
class NotificationAdded(Event):
    """Something concerns the member."""

    kind = "notification.added"
    subject_type = "notification"


@dataclass(frozen=True, kw_only=True)
class NotificationsRead(Event):
    """The member has read their bell up to a line: their other open pages follow."""

    kind = "notification.read"
    subject_type = "notification"
