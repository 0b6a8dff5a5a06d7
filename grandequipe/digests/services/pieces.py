"""The parts of a letter that its readers share, each written once for one language, zone and day.

A thousand letters tell of the same few groups and webinars. What was written is kept under
everything that it shows, so it is never stale, and never another one's: who may see a story was
asked before, for each letter.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, repeat

from grandequipe.core.mail import rendering
from grandequipe.digests.models import Story
from grandequipe.digests.services.arranging import Section
from grandequipe.digests.services.details import ReaderContext, author_of, detail_of, moment_of

MOST_KEPT = 400
STYLES = "digests/_styles.css"
DETAILS = {"author_of": author_of, "detail_of": detail_of, "moment_of": moment_of}


@dataclass(frozen=True)
class Piece:
    """A group, a webinar or a line in both parts of a letter, styles inlined."""

    text: str
    html: str


def write_webinars(webinars: Sequence[Story], reader_context: ReaderContext) -> Sequence[Piece]:
    """Write each webinar to come."""
    followed = chain(repeat(True, len(webinars) - 1), [False])
    site_url = rendering.site_url()
    return [
        _write_webinar(webinar, is_followed, reader_context, site_url)
        for webinar, is_followed in zip(webinars, followed, strict=False)
    ]


def write_sections(sections: Iterable[Section], reader_context: ReaderContext) -> Sequence[Piece]:
    """Write what happened in each group."""
    site_url = rendering.site_url()
    return [
        _write_section(
            section, tuple(story.is_over for story in section.stories), reader_context, site_url
        )
        for section in sections
    ]


def write_elsewhere(number: int, locale: str) -> Sequence[Piece]:
    """Write how many posts are in groups that the letter does not name, where there are any."""
    return [_write_elsewhere(number, locale, rendering.site_url())] if number else []


@lru_cache(maxsize=MOST_KEPT)
def _write_elsewhere(number: int, _locale: str, _url: str) -> Piece:
    return _write("_elsewhere", number=number)


@lru_cache(maxsize=MOST_KEPT)
def _write_webinar(
    webinar: Story, is_followed: bool, reader_context: ReaderContext, _url: str
) -> Piece:
    return _write(
        "_webinar", webinar=webinar, is_followed=is_followed, reader_context=reader_context
    )


@lru_cache(maxsize=MOST_KEPT)
def _write_section(
    section: Section, _over: tuple[bool, ...], reader_context: ReaderContext, _url: str
) -> Piece:
    return _write("_section", section=section, reader_context=reader_context)


def _write(template: str, **context: object) -> Piece:
    params = {**context, **DETAILS}
    text = rendering.render(f"digests/{template}.txt", **params)
    html = rendering.render_fragment(f"digests/{template}.html", STYLES, **params)
    return Piece(text, html)
