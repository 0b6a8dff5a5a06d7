"""What happens in the bell: its count is broadcast, and recorded nowhere."""

from dataclasses import dataclass

from grandequipe.core.events import Broadcast, Event


@dataclass(frozen=True, kw_only=True)
class NotificationCount(Broadcast):
    """How many lines of the member's bell are unread; the subject is their newest entry."""

    kind = "notification.count"
    subject_type = "notification"

    unread: int


@dataclass(frozen=True, kw_only=True)
class NotificationAdded(Event):
    """A member was notified: recorded by releases before the count was broadcast."""

    kind = "notification.added"
    subject_type = "notification"


@dataclass(frozen=True, kw_only=True)
class NotificationsRead(Event):
    """A member read their bell: recorded by releases before the count was broadcast."""

    kind = "notification.read"
    subject_type = "notification"
