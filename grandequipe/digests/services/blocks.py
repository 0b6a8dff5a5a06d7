"""A story as letters show it, written once for all who read it in one language and zone.

A thousand letters tell the same few posts. The key holds everything that a block shows, so a
kept block is never stale; who may see it was asked before, for each letter.
"""

from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from grandequipe.core import letters
from grandequipe.digests.models import Story

MOST_KEPT = 2000


@dataclass(frozen=True)
class Block:
    """One post in both parts of a letter."""

    text: str
    html: Markup


def block_of(story: Story, locale: str, zone: str) -> Block:
    """Give a story as it is shown to readers of one language and zone."""
    return _write(story, story.is_over, locale, zone, letters.site_url())


@lru_cache(maxsize=MOST_KEPT)
def _write(story: Story, is_over: bool, locale: str, zone: str, site_url: str) -> Block:
    context = {"story": story, "zone": zone}
    html = letters.render("digests/_story.html", **context)
    # Jinja escaped what members wrote: this is the letter's own markup.
    return Block(letters.render("digests/_story.txt", **context), Markup(html))  # noqa: S704
