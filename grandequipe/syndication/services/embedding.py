"""A list of a public group's posts or dates, for a frame on other people's sites.

Guarantee: the list is what everybody may read, the same for each reader: no session is asked for,
no cookie set, no script run. Its state is read at each request.
"""

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from flask_babel import gettext as _

from grandequipe.core.feeds import Feed
from grandequipe.core.lines import one_line
from grandequipe.core.mail import rendering
from grandequipe.feed.models import KINDS, Kind
from grandequipe.groups.models import Colour, Group
from grandequipe.syndication.queries.posts import list_newest_public
from grandequipe.syndication.services.feeds import language_of
from grandequipe.web.formats import closing_moment, long_day, span
from grandequipe.webinars.models import AgendaFilter, AgendaPeriod
from grandequipe.webinars.queries.agenda import list_agenda

FORM = "embedded-1"
MOST_ENTRIES = 20


class Subject(StrEnum):
    """What is listed; the words stand in addresses."""

    POSTS = "publications"
    AGENDA = "agenda"


class Light(StrEnum):
    """Light ground, dark ground, or as the reader's device is set."""

    AUTO = "auto"
    LIGHT = "clair"
    DARK = "sombre"


@dataclass(frozen=True)
class Embedding:
    """What somebody chose to show on their site: all of it from closed lists."""

    subject: Subject = Subject.POSTS
    kinds: tuple[Kind, ...] = ()
    number: int = 5
    colour: Colour | None = None
    light: Light = Light.AUTO


@dataclass(frozen=True)
class Line:
    """A line of the list: its link opens a page of the site in a new tab."""

    url: str
    title: str
    language: str | None
    kind: str
    when: str
    is_cancelled: bool = False


def embedded_list(group: Group, chosen: Embedding) -> Feed:
    """Give the page with the list of a public group."""
    language = language_of(group)
    with rendering.in_language_of(language):
        lines = _dates(group, chosen) if chosen.subject is Subject.AGENDA else _posts(group, chosen)
    state = (chosen, lines, language, group.slug, group.name, group.language, rendering.site_name())

    def make() -> bytes:
        with rendering.in_language_of(language):
            page = rendering.render(
                "syndication/embedded.html",
                group=group,
                name=one_line(group.name),
                lines=lines,
                is_agenda=chosen.subject is Subject.AGENDA,
                colour=chosen.colour or group.shown_colour,
                light=chosen.light.value,
                language=language,
                style=_style(),
            )
        return page.encode()

    return Feed(FORM, state, make)


def policy() -> str:
    """Give the Content-Security-Policy of the page: its own style, and nothing else."""
    digest = b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src 'sha256-{digest}'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors *",
            "sandbox allow-popups allow-popups-to-escape-sandbox",
        )
    )


@cache
def _style() -> str:
    return rendering.render("syndication/embedded.css")


def _posts(group: Group, chosen: Embedding) -> list[Line]:
    zone = rendering.default_time_zone()
    return [
        Line(
            rendering.address_of("feed.post_page", post_id=post.id),
            one_line(post.title),
            post.language,
            str(KINDS[post.kind].word),
            long_day(post.published_at, zone),
        )
        for post in list_newest_public(group, chosen.kinds, chosen.number)
    ]


def _dates(group: Group, chosen: Embedding) -> list[Line]:
    wanted, zone = AgendaFilter(group_id=group.id), rendering.default_time_zone()
    entries = list_agenda(wanted, None, AgendaPeriod.COMING, limit=MOST_ENTRIES).items
    if chosen.kinds:
        entries = [entry for entry in entries if entry.kind in chosen.kinds]
    lines = []
    for entry in entries[: chosen.number]:
        if entry.kind == Kind.CALL:
            when = _("Closes %(moment)s", moment=closing_moment(entry.starts_at, zone))
        else:
            ends_at = None if entry.is_moment else entry.ends_at
            when = span(entry.starts_at, ends_at, entry.time_zone or zone)
        url = rendering.address_of("feed.post_page", post_id=entry.id)
        word = str(KINDS[entry.kind].word)
        title = one_line(entry.title)
        lines.append(Line(url, title, entry.language, word, when, entry.is_cancelled))
    return lines


def gone_page() -> str:
    """Write what a frame shows of a group that is not public, or is none."""
    language = rendering.default_locale()
    with rendering.in_language_of(language):
        return rendering.render("syndication/embedded_gone.html", language=language, style=_style())
