"""The boxes of a letter, each written once for all who read it in one language and zone.

A thousand letters tell the same few groups. A box is kept under everything that it shows, so
it is never stale, and never another one's: who may see a story was asked before, for each letter.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from grandequipe.core import letters
from grandequipe.digests.models import Story
from grandequipe.digests.services.arranging import Arrangement, Section

MOST_KEPT = 1000
STYLES = "digests/_styles.css"


@dataclass(frozen=True)
class Box:
    """One box in both parts of a letter."""

    text: str
    html: str


def boxes_of(arrangement: Arrangement, locale: str, zone: str) -> Sequence[Box]:
    """Give the boxes of a letter, in their order; the language is the present one."""
    reader = (locale, zone, letters.site_url())
    upcoming = [_upcoming(tuple(arrangement.upcoming), reader)] if arrangement.upcoming else []
    sections = [
        _section(section, tuple(story.is_over for story in section.stories), reader)
        for section in arrangement.sections
    ]
    return [*upcoming, *sections]


@lru_cache(maxsize=MOST_KEPT)
def _upcoming(webinars: tuple[Story, ...], reader: tuple[str, ...]) -> Box:
    return _write("upcoming", webinars=webinars, zone=reader[1])


@lru_cache(maxsize=MOST_KEPT)
def _section(section: Section, _are_over: Hashable, reader: tuple[str, ...]) -> Box:
    return _write("section", section=section, zone=reader[1])


def _write(name: str, **context: object) -> Box:
    text = letters.render(f"digests/_{name}.txt", **context)
    return Box(text, letters.render_fragment(f"digests/_{name}.html", STYLES, **context))
