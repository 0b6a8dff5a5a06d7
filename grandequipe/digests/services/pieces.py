"""The parts of a letter that its readers share, each written once for one language and zone.

A thousand letters tell of the same few groups and webinars. What was written is kept under
everything that it shows, so it is never stale, and never another one's: who may see a story was
asked before, for each letter.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, repeat

from grandequipe.core import letters
from grandequipe.digests.models import Story
from grandequipe.digests.services.arranging import Section

MOST_KEPT = 400
STYLES = "digests/_styles.css"


@dataclass(frozen=True)
class Piece:
    """A group, a webinar or a line in both parts of a letter, styles inlined."""

    text: str
    html: str


def write_webinars(webinars: Sequence[Story], locale: str, zone: str) -> Sequence[Piece]:
    """Write each webinar to come; the language is the present one."""
    followed = chain(repeat(True, len(webinars) - 1), [False])
    site_url = letters.site_url()
    return [
        _write_webinar(webinar, is_followed, locale, zone, site_url)
        for webinar, is_followed in zip(webinars, followed, strict=False)
    ]


def write_sections(sections: Iterable[Section], locale: str, zone: str) -> Sequence[Piece]:
    """Write what happened in each group; the language is the present one."""
    site_url = letters.site_url()
    return [
        _write_section(
            section, tuple(story.is_over for story in section.stories), locale, zone, site_url
        )
        for section in sections
    ]


def write_elsewhere(number: int, locale: str) -> Sequence[Piece]:
    """Write how many posts are in groups that the letter does not name, where there are any."""
    return [_write_elsewhere(number, locale, letters.site_url())] if number else []


@lru_cache(maxsize=MOST_KEPT)
def _write_elsewhere(number: int, _locale: str, _url: str) -> Piece:
    return _write("_elsewhere", number=number)


@lru_cache(maxsize=MOST_KEPT)
def _write_webinar(webinar: Story, is_followed: bool, _locale: str, zone: str, _url: str) -> Piece:
    return _write("_webinar", webinar=webinar, is_followed=is_followed, zone=zone)


@lru_cache(maxsize=MOST_KEPT)
def _write_section(
    section: Section, _over: tuple[bool, ...], _locale: str, zone: str, _url: str
) -> Piece:
    return _write("_section", section=section, zone=zone)


def _write(template: str, **context: object) -> Piece:
    text = letters.render(f"digests/{template}.txt", **context)
    html = letters.render_fragment(f"digests/{template}.html", STYLES, **context)
    return Piece(text, html)
