"""Two texts of a post beside each other: a proposal and what it would change, or two versions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from flask_babel import get_locale, gettext as _
from markupsafe import Markup

from grandequipe.core.differences import marked, marked_line
from grandequipe.feed.forms import form_for
from grandequipe.feed.models import RESOURCE_TYPES, ROOM_READERS, JoinFor, Post, ResourceType
from grandequipe.feed.models.inputs import INPUTS
from grandequipe.web.formats import clock_time, closing_moment, long_day, written_day
from grandequipe.web.languages import named
from grandequipe.web.locales import choose_time_zone
from grandequipe.web.time_zones import city

TEXTS = ("title", "body_html")
ENDS = ("ends_at", "deadline")
ROOM = "join_url"
CHOICES: Mapping[Any, str] = {**RESOURCE_TYPES, **ROOM_READERS}


@dataclass(frozen=True)
class Row:
    """A field that would change: its label, and what it says before and after, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Comparison:
    """What would change; `body` is None where the texts are too long to mark what differs.

    `title` is None where the title stays, `body_stays` says whether the text does.
    """

    title: Markup | None
    rows: Sequence[Row]
    body: Markup | None
    body_stays: bool


def compare(before: Post, after: Post, *, with_room: bool) -> Comparison:
    """Compare what a post says with what it would say, or said, in the reader's words and hours.

    Unless `with_room`, only that it changed is said of the address of a webinar’s room.
    """
    body = marked(before.body_html, after.body_html)
    title = marked_line(before.title, after.title) if before.title != after.title else None
    # Both are cleaned where they are made.
    return Comparison(
        title=Markup(title) if title is not None else None,  # noqa: S704
        rows=list(_rows(before, after, with_room)),
        body=Markup(body) if body is not None else None,  # noqa: S704
        body_stays=before.body_html == after.body_html,
    )


def _rows(before: Post, after: Post, with_room: bool) -> Iterator[Row]:
    # Its labels: what a version kept of files, their names, is nothing that a form takes.
    form = form_for(before.kind, choose_time_zone())
    names = [each.name for each in fields(INPUTS[before.kind])]
    for name in names:
        old, new = getattr(before, name), getattr(after, name)
        words = [_words(name, value) for value in (old, new)] if name not in TEXTS else []
        if name == ROOM and not with_room and len(set(words)) > 1:
            words = [_words(name, old and _("a link")), _link_in_words(old, new)]
        if len(set(words)) > 1:
            yield Row(str(form[name].label.text), *words)


def _link_in_words(before: str | None, after: str | None) -> str:
    if before and after:
        return str(_("another link"))
    return str(_("a link") if after else _("nothing"))


def _words(name: str, value: Any) -> str:
    if name == "language":
        return named(value)
    return _written(name, value) if value else str(_("nothing"))


def _written(name: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(file.name for file in value) if name == "files" else _labels(value)
    if isinstance(value, datetime):
        if name in ENDS:
            return closing_moment(value)
        return str(_("%(date)s at %(time)s", date=long_day(value), time=clock_time(value)))
    if isinstance(value, date):
        return written_day(value)
    if isinstance(value, ResourceType | JoinFor):
        return str(CHOICES[value])
    return city(value) if name == "time_zone" else str(value)


def _labels(labels: Sequence[Any]) -> str:
    words = [
        each.label if hasattr(each, "label") else each.named_in(str(get_locale())).text
        for each in labels
    ]
    return ", ".join(sorted(words))
