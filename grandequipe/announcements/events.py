"""The events of announcements, in the stream of the site."""

from dataclasses import dataclass

from grandequipe.core.events import Event


@dataclass(frozen=True, kw_only=True)
class AnnouncementPublished(Event):
    """An administrator announced something to all members, or to those of a territory."""

    kind = "announcement.published"
    subject_type = "announcement"


@dataclass(frozen=True, kw_only=True)
class AnnouncementWithdrawn(Event):
    """An administrator withdrew an announcement before its end."""

    kind = "announcement.withdrawn"
    subject_type = "announcement"
