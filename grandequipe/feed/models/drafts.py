"""What an author writes, before it is a post: the same checks for the page and the API.

A draft is plain: strings as typed, instants with a zone, empty words for what is not given.
`check` raises Invalid that names every wrong field at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from flask_babel import gettext as _

from grandequipe.core import html
from grandequipe.core.errors import Invalid
from grandequipe.core.words import wrong_line, wrong_text
from grandequipe.feed.models.kinds import (
    Analysis,
    Call,
    News,
    Project,
    Resource,
    ResourceType,
    Webinar,
)
from grandequipe.feed.models.posts import Kind, Post

LONGEST_TITLE = 160
LONGEST_LINE = 500
MOST_LABELS = 8
LONGEST_WEBINAR = timedelta(days=7)
FIRST_YEAR, LAST_YEAR = 2000, 2100
SHARED = ("title", "body_html", "themes", "territories")


@dataclass(frozen=True, kw_only=True)
class PostDraft:
    """What every kind has: a title, a sanitised body, themes by slug, territories by code."""

    model: ClassVar[type[Post]]

    title: str
    body_html: str
    themes: Sequence[str] = field(default=())
    territories: Sequence[str] = field(default=())

    @property
    def own_fields(self) -> Mapping[str, Any]:
        """Give the fields that only this kind has."""
        return {
            each.name: getattr(self, each.name) for each in fields(self) if each.name not in SHARED
        }

    def check(self) -> None:
        """Raise Invalid that names every wrong field."""
        wrong = {name: str(words) for name, words in self._wrong().items() if words}
        if wrong:
            raise Invalid(wrong)

    def _wrong(self) -> dict[str, str | None]:
        return {
            "title": _short_line(self.title) or _required(self.title, _("Give it a title.")),
            "body_html": wrong_body(self.body_html),
            "themes": _at_most(self.themes),
            "territories": _at_most(self.territories),
        }


@dataclass(frozen=True, kw_only=True)
class NewsDraft(PostDraft):
    """A piece of news."""

    model = News


@dataclass(frozen=True, kw_only=True)
class AnalysisDraft(PostDraft):
    """An analysis."""

    model = Analysis


@dataclass(frozen=True, kw_only=True)
class ResourceDraft(PostDraft):
    """A resource: its address, and who published it when under which terms."""

    model = Resource

    url: str = ""
    resource_type: ResourceType | None = None
    publisher: str = ""
    published_on: date | None = None
    licence: str = ""

    def _wrong(self) -> dict[str, str | None]:
        return super()._wrong() | {
            "url": _required(self.url, _("Give the address of the resource."))
            or _address(self.url),
            "resource_type": None if self.resource_type else _("Say what it is."),
            "publisher": _long_line(self.publisher),
            "licence": _long_line(self.licence),
        }


@dataclass(frozen=True, kw_only=True)
class WebinarDraft(PostDraft):
    """A webinar: instants with a zone, and the zone in which its author speaks of them."""

    model = Webinar

    starts_at: datetime | None = None
    ends_at: datetime | None = None
    time_zone: str = "Europe/Paris"
    join_url: str = ""
    speakers: str = ""
    capacity: int | None = None
    replay_url: str = ""

    def _wrong(self) -> dict[str, str | None]:
        return super()._wrong() | {
            "starts_at": _moment(self.starts_at, _("Say when it starts.")),
            "ends_at": self._wrong_end(),
            "time_zone": None
            if self.time_zone in available_timezones()
            else _("Choose a time zone of the list."),
            "join_url": _address(self.join_url),
            "speakers": _long_line(self.speakers),
            "capacity": _("Give a number of seats from 1 to 100,000.")
            if self.capacity is not None and not 1 <= self.capacity <= 100_000
            else None,
            "replay_url": _address(self.replay_url),
        }

    def _wrong_end(self) -> str | None:
        if self.ends_at is None or self.starts_at is None:
            return _moment(self.ends_at, _("Say when it ends."))
        if self.ends_at <= self.starts_at:
            return str(_("It must end after it starts."))
        if self.ends_at - self.starts_at > LONGEST_WEBINAR:
            return str(_("It would last more than a week: check when it ends."))
        return _moment(self.ends_at, "")


@dataclass(frozen=True, kw_only=True)
class ProjectDraft(PostDraft):
    """A project: with whom it was done, and whom to ask."""

    model = Project

    partners: str = ""
    contact: str = ""

    def _wrong(self) -> dict[str, str | None]:
        return super()._wrong() | {
            "partners": _long_line(self.partners),
            "contact": _long_line(self.contact),
        }


@dataclass(frozen=True, kw_only=True)
class CallDraft(PostDraft):
    """A call: until when, where to answer, who funds."""

    model = Call

    url: str = ""
    deadline: datetime | None = None
    funder: str = ""

    def _wrong(self) -> dict[str, str | None]:
        return super()._wrong() | {
            "url": _address(self.url),
            "deadline": _moment(self.deadline, _("Say until when one can answer.")),
            "funder": _long_line(self.funder),
        }


DRAFTS: Mapping[Kind, type[PostDraft]] = {
    Kind.NEWS: NewsDraft,
    Kind.RESOURCE: ResourceDraft,
    Kind.WEBINAR: WebinarDraft,
    Kind.ANALYSIS: AnalysisDraft,
    Kind.PROJECT: ProjectDraft,
    Kind.CALL: CallDraft,
}


def wrong_body(body_html: str) -> str | None:
    """Say what is wrong with a rich text, too long rather than cut."""
    if wrong := _no_longer(body_html, html.LONGEST_BODY) or wrong_text(body_html):
        return wrong
    clean = html.sanitise(body_html)
    if len(clean) > html.LONGEST_CLEAN:
        return str(_("This text has too many tags that are never closed."))
    return _required(html.plain_text(clean), _("Write a few words."))


def _required(words: str, sentence: str) -> str | None:
    return None if words.strip() else str(sentence)


def wrong_year(day: date) -> str | None:
    """Say that a year is a slip of the keyboard; the first and last of all break calendars."""
    if FIRST_YEAR <= day.year <= LAST_YEAR:
        return None
    return str(_("Give a year from %(first)s to %(last)s.", first=FIRST_YEAR, last=LAST_YEAR))


def _moment(instant: datetime | None, missing: str) -> str | None:
    return str(missing) if instant is None else wrong_year(instant)


def _short_line(words: str) -> str | None:
    return _no_longer(words, LONGEST_TITLE) or wrong_line(words)


def _long_line(words: str) -> str | None:
    return _no_longer(words, LONGEST_LINE) or wrong_line(words)


def _no_longer(words: str, most: int) -> str | None:
    return str(_("Use at most %(number)d characters.", number=most)) if len(words) > most else None


def _at_most(labels: Sequence[str]) -> str | None:
    too_many = len(set(labels)) > MOST_LABELS
    return str(_("Choose at most %(number)d.", number=MOST_LABELS)) if too_many else None


def _address(url: str) -> str | None:
    if not url:
        return None
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_web = False
    if not is_web or any(sign.isspace() or not sign.isprintable() for sign in url):
        return str(_("Give a whole address, such as https://example.org/page."))
    return _no_longer(url, 2000)
