"""The agenda: posts at their dates, and what of them its reader wants to see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from grandequipe.core import clock
from grandequipe.feed.models import Kind, Post, Webinar
from grandequipe.webinars.models.registrations import RegistrationState

# The kinds that have a date.
DATED_KINDS: Sequence[Kind] = (Kind.WEBINAR, Kind.CALL, Kind.NEWS)


class AgendaScope(StrEnum):
    """Whose dates: of the reader's groups and registrations, of those alone, or all they may see.

    `REGISTERED` has what the reader organises, too.
    """

    GROUPS = "groups"
    REGISTERED = "registered"
    ALL = "all"


class AgendaPeriod(StrEnum):
    """Which part of time: what is not over, what is, or from one instant to another."""

    COMING = "coming"
    PAST = "past"
    BETWEEN = "between"
    DURING = "during"


@dataclass(frozen=True)
class AgendaFilter:
    """What of the agenda is wanted; `theme` and `territory` are keys of labels."""

    scope: AgendaScope = AgendaScope.ALL
    kind: Kind | None = None
    group_id: int | None = None
    theme: str | None = None
    territory: str | None = None


class AgendaEntry(NamedTuple):
    """A post at its date, in the group by which its reader finds it.

    A deadline and the date of news are moments: they end when they begin. `registration` is where
    the reader's own registration stands.
    """

    id: int
    kind: Kind
    title: str
    summary: str
    language: str | None
    created_at: datetime
    edited_at: datetime | None
    starts_at: datetime
    ends_at: datetime
    group_slug: str
    group_name: str
    group_language: str | None
    time_zone: str | None
    venue: str | None
    has_room: bool
    has_replay: bool
    cancelled_at: datetime | None
    revision: int
    registration: RegistrationState | None
    is_organised: bool

    @property
    def is_moment(self) -> bool:
        """Return whether it has no length."""
        return self.ends_at == self.starts_at

    @property
    def is_over(self) -> bool:
        """Return whether it has ended."""
        return self.ends_at <= clock.now()

    @property
    def is_cancelled(self) -> bool:
        """Return whether it does not take place."""
        return self.cancelled_at is not None

    @property
    def is_registered(self) -> bool:
        """Return whether its reader has a place, or waits for one."""
        return self.registration in HELD


def entry_of(post: Post) -> AgendaEntry | None:
    """Look at a published post as an entry, without a reader; None where it has no date."""
    webinar = post if isinstance(post, Webinar) else None
    moment = getattr(post, "deadline", None) or getattr(post, "happens_at", None)
    starts_at = webinar.starts_at if webinar else moment
    if starts_at is None:
        return None
    group = post.published[0].group
    return AgendaEntry(
        id=post.id,
        kind=post.kind,
        title=post.title,
        summary=post.summary,
        language=post.language,
        created_at=post.created_at,
        edited_at=post.edited_at,
        starts_at=starts_at,
        ends_at=(webinar.ends_at if webinar else None) or starts_at,
        group_slug=group.slug,
        group_name=group.name,
        group_language=group.language,
        time_zone=webinar.time_zone if webinar else None,
        venue=webinar.venue if webinar else None,
        has_room=bool(webinar and webinar.join_url),
        has_replay=bool(webinar and webinar.replay_url),
        cancelled_at=webinar.cancelled_at if webinar else None,
        revision=webinar.revision if webinar else 0,
        registration=None,
        is_organised=False,
    )


HELD = (RegistrationState.GOING, RegistrationState.WAITING, RegistrationState.OFFERED)
