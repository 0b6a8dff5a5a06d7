"""What a letter says of a post beside its title, as plain text: both parts say the same."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from grandequipe.core.lines import isolated, one_line, shortened
from grandequipe.digests.models import Story
from grandequipe.feed.models import Kind
from grandequipe.web.formats import closing_moment, span
from grandequipe.web.time_zones import city

LONGEST_DETAIL = 80


@dataclass(frozen=True)
class ReaderContext:
    """For whom it is written: the language, which is the present one, the clock, the local day."""

    locale: str
    zone: str
    today: date


def moment_of(webinar: Story, reader_context: ReaderContext) -> str:
    """Write when a webinar takes place, as a line: "Jeudi 26 novembre, de 14 h à 15 h 30"."""
    if webinar.starts_at is None:
        return ""
    moment = span(webinar.starts_at, webinar.ends_at, reader_context.zone, reader_context.today)
    return moment[:1].upper() + moment[1:] + _clock_of_reader(webinar, reader_context)


def detail_of(story: Story, reader_context: ReaderContext) -> str:
    """Write the one thing that matters of each kind; empty where there is none."""
    if story.kind is Kind.WEBINAR:
        has_replay = story.is_over and story.replay_url
        return _("The recording is available") if has_replay else moment_of(story, reader_context)
    if story.deadline is not None:
        moment = closing_moment(story.deadline, reader_context.zone, reader_context.today)
        said = _("Closed on %(moment)s") if story.is_over else _("Until %(moment)s")
        return said % {"moment": moment} + _clock_of_reader(story, reader_context)
    words = story.publisher if story.kind is Kind.RESOURCE else story.town
    return isolated(shortened(one_line(words or ""), LONGEST_DETAIL))


def author_of(story: Story) -> str:
    """Write who published it, and for which organisation."""
    names = (story.author_name, story.structure)
    return ", ".join(isolated(name) for name in names if name)


def _clock_of_reader(story: Story, reader_context: ReaderContext) -> str:
    """Name the reader's clock, on which all hours are, where the author has another."""
    if story.time_zone in (None, reader_context.zone):
        return ""
    return " " + _("(%(zone)s time)", zone=city(reader_context.zone))
