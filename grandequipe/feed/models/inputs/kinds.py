"""The drafts of the six kinds, each with the fields that its kind has."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from grandequipe.core import clock
from grandequipe.core.time_zones import known_time_zones
from grandequipe.feed.models.inputs.checks import (
    address_error,
    is_same_minute,
    missing,
    moment_error,
    words_error,
)
from grandequipe.feed.models.inputs.posts import PostInput
from grandequipe.feed.models.kind_registry import Kind
from grandequipe.feed.models.kinds import (
    MOST_SEATS,
    Analysis,
    Call,
    JoinFor,
    News,
    Project,
    Resource,
    ResourceType,
    Webinar,
)
from grandequipe.feed.models.posts import Post

LONGEST_WEBINAR = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class NewsInput(PostInput):
    """A piece of news, and when it happens where that has a date."""

    model = News

    happens_at: datetime | None = None

    def _wrong(self) -> dict[str, str | None]:
        return super()._wrong() | {
            "happens_at": moment_error(self.happens_at, "") if self.happens_at else None
        }


@dataclass(frozen=True, kw_only=True)
class AnalysisInput(PostInput):
    """An analysis."""

    model = Analysis


@dataclass(frozen=True, kw_only=True)
class ResourceInput(PostInput):
    """A resource: its address, and who published it when under which terms."""

    model = Resource

    url: str = ""
    resource_type: ResourceType | None = None
    publisher: str = ""
    published_on: date | None = None
    licence: str = ""

    def _wrong(self) -> dict[str, str | None]:
        return super()._wrong() | {
            "url": None
            if self.files and not self.url
            else missing(self.url, _("Enter the web address of the resource, or attach a file."))
            or address_error(self.url),
            "resource_type": None
            if self.resource_type
            else _("Choose what kind of resource it is."),
            "publisher": words_error(self.publisher),
            "licence": words_error(self.licence),
        }


@dataclass(frozen=True, kw_only=True)
class WebinarInput(PostInput):
    """A webinar: instants with a zone, and the zone in which its author speaks of them.

    `join_for` is None where it stays as it is: for the registered, in a new post.
    """

    model = Webinar

    starts_at: datetime | None = None
    ends_at: datetime | None = None
    time_zone: str = "Europe/Paris"
    join_url: str = ""
    join_for: JoinFor | None = None
    venue: str = ""
    venue_access: str = ""
    venue_map_url: str = ""
    speakers: str = ""
    capacity: int | None = None
    replay_url: str = ""

    def _wrong(self) -> dict[str, str | None]:
        return super()._wrong() | {
            **self._times_errors(),
            "time_zone": None
            if self.time_zone in known_time_zones()
            else _("Choose a time zone from the list."),
            "join_url": address_error(self.join_url),
            "venue": words_error(self.venue) or self._venue_error(),
            "venue_access": words_error(self.venue_access),
            "venue_map_url": address_error(self.venue_map_url),
            "speakers": words_error(self.speakers),
            "capacity": _("Enter a number of places from 1 to 100,000.")
            if self.capacity is not None and not 1 <= self.capacity <= MOST_SEATS
            else None,
            "replay_url": address_error(self.replay_url),
        }

    def own_fields_over(self, before: Post | None) -> Mapping[str, Any]:
        """Give the fields of a webinar, for whom its room is as `before` where that stays."""
        join_for = self.join_for or getattr(before, "join_for", None) or JoinFor.REGISTERED
        return {**self.own_fields, "join_for": join_for}

    def _venue_error(self) -> str | None:
        """Ask for the place that a map or the words about access are of."""
        if self.venue_access.strip() or self.venue_map_url.strip():
            return missing(self.venue, _("Enter the address of the place."))
        return None

    def _times_errors(self) -> dict[str, str | None]:
        return {
            "starts_at": moment_error(self.starts_at, _("Enter a start time.")),
            "ends_at": self._end_errors(),
        }

    def _errors_now(self, before: Post | None) -> dict[str, str | None]:
        """Refuse a webinar that is over, unless it announces a replay: the date is a slip."""
        end = self.ends_at
        is_announced = bool(self.replay_url.strip()) or is_same_minute(
            end, getattr(before, "ends_at", None)
        )
        if end is None or end > clock.now() or is_announced or any(self._times_errors().values()):
            return {}
        sentence = _(
            "This webinar has already ended. Check the date, or add a link to the recording."
        )
        return {"starts_at": str(sentence)}

    def _end_errors(self) -> str | None:
        if self.ends_at is None or self.starts_at is None:
            return moment_error(self.ends_at, _("Enter an end time."))
        if self.ends_at <= self.starts_at:
            return str(_("It has to end after it starts."))
        if self.ends_at - self.starts_at > LONGEST_WEBINAR:
            return str(_("That’s more than a week long. Check when it ends."))
        return moment_error(self.ends_at, "")


@dataclass(frozen=True, kw_only=True)
class ProjectInput(PostInput):
    """A project: with whom it was done, and whom to ask."""

    model = Project

    partners: str = ""
    contact: str = ""

    def _wrong(self) -> dict[str, str | None]:
        return super()._wrong() | {
            "partners": words_error(self.partners),
            "contact": words_error(self.contact),
        }


@dataclass(frozen=True, kw_only=True)
class CallInput(PostInput):
    """A call: until when, where to answer, who funds."""

    model = Call

    url: str = ""
    deadline: datetime | None = None
    funder: str = ""

    def _wrong(self) -> dict[str, str | None]:
        return super()._wrong() | {
            "url": address_error(self.url),
            "deadline": moment_error(self.deadline, _("Enter a deadline.")),
            "funder": words_error(self.funder),
        }

    def _errors_now(self, before: Post | None) -> dict[str, str | None]:
        """Refuse a call that nobody can answer any more, unless it was published before."""
        until = self.deadline
        is_announced = is_same_minute(until, getattr(before, "deadline", None))
        if until is None or until > clock.now() or is_announced or moment_error(until, ""):
            return {}
        return {"deadline": str(_("This call has already closed. Check the deadline."))}


INPUTS: Mapping[Kind, type[PostInput]] = {
    Kind.NEWS: NewsInput,
    Kind.RESOURCE: ResourceInput,
    Kind.WEBINAR: WebinarInput,
    Kind.ANALYSIS: AnalysisInput,
    Kind.PROJECT: ProjectInput,
    Kind.CALL: CallInput,
}
