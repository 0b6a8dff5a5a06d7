"""What follows from a change of a webinar: its revision, and the news that it was moved."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from grandequipe.core import clock
from grandequipe.core.errors import Invalid
from grandequipe.core.events import Event, StreamRef
from grandequipe.core.events.queries import count_events
from grandequipe.extensions import db
from grandequipe.feed.events import WebinarRescheduled
from grandequipe.feed.models import Post, PostVersion, Webinar, WebinarDetails
from grandequipe.feed.models.inputs.checks import is_same_minute
from grandequipe.members.models import Member

# What calendars show besides the times.
SHOWN = ("title", "venue", "venue_access", "venue_map_url", "join_url", "join_for")

# In a day: each is one more mail to everybody who is registered.
MOST_ANNOUNCED = 8
A_DAY = timedelta(days=1)


def is_announced_often(webinar: Webinar, event_class: type[Event]) -> bool:
    """Return whether events of a kind about a webinar were recorded MOST_ANNOUNCED times in a day.

    Each group that reads it has the same ones.
    """
    since = clock.now() - A_DAY
    counts = (
        count_events(each.group.stream, event_class, webinar.id, since)
        for each in webinar.published
    )
    return max(counts, default=0) >= MOST_ANNOUNCED


def raise_revision(details: WebinarDetails) -> None:
    """Have calendars take over a webinar anew (SEQUENCE, RFC 5545, 3.8.7.4)."""
    details.revision += 1


def revise_webinar(post: Post, before: Mapping[str, Any]) -> None:
    """Note that a webinar was moved, or that calendars show something else of it.

    `before` is what it said as a version keeps it. Times are compared by the minute, as pages are.
    Raises Invalid (`starts_at`) where it was moved too often in a day.
    """
    if not isinstance(post, Webinar) or post.details is None:
        return
    times = [_instant(before.get(name)) for name in ("starts_at", "ends_at")]
    present = [post.details.starts_at, post.details.ends_at]
    if not all(map(is_same_minute, times, present)):
        if is_announced_often(post, WebinarRescheduled):
            said = _(
                "A webinar is moved %(most)s times a day at most. Please try again tomorrow.",
                most=MOST_ANNOUNCED,
            )
            raise Invalid({"starts_at": said})
        post.details.moved_at = post.edited_at
    elif all((getattr(post, name) or "") == (before.get(name) or "") for name in SHOWN):
        return
    raise_revision(post.details)
    db.session.flush()


def moves_of(editor: Member, post: Post) -> list[tuple[StreamRef, Event]]:
    """Give what is recorded, in each group that reads it, of a webinar that was moved just now."""
    details = post.details if isinstance(post, Webinar) else None
    if details is None or details.moved_at is None or details.moved_at != post.edited_at:
        return []
    kept = select(PostVersion.content).where(
        PostVersion.post_id == post.id, PostVersion.version == post.version - 1
    )
    content = db.session.scalar(kept) or {}
    return [
        (
            placement.group.stream,
            WebinarRescheduled(
                subject_id=post.id,
                actor_id=editor.id,
                group_id=placement.group_id,
                starts_at_before=content["starts_at"],
                ends_at_before=content["ends_at"],
                revision=details.revision,
            ),
        )
        for placement in post.published
        if "starts_at" in content
    ]


def _instant(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
