"""What stands around the pieces of a letter: written once, with places for what is a reader's own.

Guarantee: a place is found in the frame alone, before anything is put into it. Whatever members
wrote goes in by one pass and is not looked at again, so no word of theirs can be taken for a place.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from markupsafe import Markup

from grandequipe.core.mail import rendering

PLACE = re.compile("⟦(ahead|day|hello|opening|webinars|sections|elsewhere|why|unsubscribe)⟧")
MOST_FRAMES = 64


def fill_text(title: str, locale: str, has_webinars: bool, words: Mapping[str, str]) -> str:
    """Write the text part; `words` has plain text for each place."""
    return _fill(_text_frame(title, locale, has_webinars, *_site()), words)


def fill_html(title: str, locale: str, has_webinars: bool, words: Mapping[str, str]) -> str:
    """Write the HTML part, styles inlined; `words` has escaped HTML for each place."""
    return _fill(_html_frame(title, locale, has_webinars, *_site()), words)


def _fill(frame: Sequence[str], words: Mapping[str, str]) -> str:
    """Join what a frame says, at even places, and what is put in, at odd ones."""
    parts = list(frame)
    parts[1::2] = [words[place] for place in frame[1::2]]
    return "".join(parts)


@lru_cache(maxsize=MOST_FRAMES)
def _text_frame(title: str, locale: str, has_webinars: bool, *_site: str) -> Sequence[str]:
    return _cut(rendering.render("digests/letter.txt", **_given(title, locale, has_webinars)))


@lru_cache(maxsize=MOST_FRAMES)
def _html_frame(title: str, locale: str, has_webinars: bool, *_site: str) -> Sequence[str]:
    return _cut(rendering.render_html("digests/letter.html", **_given(title, locale, has_webinars)))


def _site() -> Sequence[str]:
    """Give what a frame says of the site: it is kept under that too."""
    return rendering.site_name(), rendering.site_url(), rendering.publisher()


def _given(title: str, locale: str, has_webinars: bool) -> dict[str, object]:
    return {"title": title, "locale": locale, "has_webinars": has_webinars, "place": _place}


def _cut(frame: str) -> Sequence[str]:
    """Cut a frame at its places: what it says stands at even places, their names at odd ones."""
    return tuple(PLACE.split(frame))


def _place(name: str) -> Markup:
    return Markup("⟦{}⟧").format(name)
