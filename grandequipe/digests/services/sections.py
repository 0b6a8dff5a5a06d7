"""The groups of a letter, each written once for all who read it in one language and zone.

A thousand letters tell the same few groups. What was written is kept under everything that it
shows, so it is never stale, and never another one's: who may see a story was asked before, for
each letter.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from grandequipe.core import letters
from grandequipe.digests.services.arranging import Section

MOST_KEPT = 400
STYLES = "digests/_styles.css"


@dataclass(frozen=True)
class Written:
    """One group in both parts of a letter, styles inlined."""

    text: str
    html: str


def write_sections(sections: Iterable[Section], locale: str, zone: str) -> Sequence[Written]:
    """Write what happened in each group; the language is the present one."""
    site_url = letters.site_url()
    return [
        _write(section, tuple(story.is_over for story in section.stories), locale, zone, site_url)
        for section in sections
    ]


@lru_cache(maxsize=MOST_KEPT)
def _write(
    section: Section, _over: tuple[bool, ...], _locale: str, zone: str, _url: str
) -> Written:
    text = letters.render("digests/_section.txt", section=section, zone=zone)
    html = letters.render_fragment("digests/_section.html", STYLES, section=section, zone=zone)
    return Written(text, html)
