"""What can be wrong with a field of a draft: each gives the sentence that says so, or None."""

from collections.abc import Sequence
from datetime import date, datetime
from urllib.parse import urlsplit

from flask_babel import gettext as _

from grandequipe.core import html
from grandequipe.core.links import LONGEST_ADDRESS, whole_address
from grandequipe.core.words import shows_something, wrong_line, wrong_text

LONGEST_TITLE = 160
LONGEST_LINE = 500
MOST_LABELS = 8
FIRST_YEAR, LAST_YEAR = 2000, 2100


def wrong_body(body_html: str) -> str | None:
    """Say what is wrong with the text of a post."""
    return _wrong_rich_text(body_html, html.LONGEST_BODY, html.LONGEST_CLEAN)


def wrong_comment(body_html: str) -> str | None:
    """Say what is wrong with a comment, which is shorter."""
    return _wrong_rich_text(body_html, html.LONGEST_COMMENT, html.LONGEST_CLEAN_COMMENT)


def _wrong_rich_text(body_html: str, longest: int, longest_clean: int) -> str | None:
    """Say what is wrong with a rich text, too long rather than cut."""
    if wrong := _too_long(body_html, longest) or wrong_text(body_html):
        return wrong
    if html.depth_of(body_html) > html.DEEPEST:
        return str(_("This text has too many tags that are never closed."))
    clean = html.sanitise(body_html)
    # Tags that were left open are closed in each paragraph, and addresses are written twice.
    if len(clean) > longest_clean:
        return str(
            _("With its tags closed and its addresses linked, this text is too long: shorten it.")
        )
    return missing(html.plain_text(clean), _("Write a few words."))


def missing(words: str, sentence: str) -> str | None:
    """Say that something to see is asked for."""
    return None if shows_something(words) else str(sentence)


def wrong_year(day: date) -> str | None:
    """Say that a year is a slip of the keyboard; the first and last of all break calendars."""
    if FIRST_YEAR <= day.year <= LAST_YEAR:
        return None
    return str(_("Give a year from %(first)s to %(last)s.", first=FIRST_YEAR, last=LAST_YEAR))


def wrong_moment(instant: datetime | None, sentence: str) -> str | None:
    """Say that an instant is asked for, or that its year is a slip."""
    return str(sentence) if instant is None else wrong_year(instant)


def is_same_minute(one: datetime | None, other: datetime | None) -> bool:
    """Tell whether two instants are one on a page, which shows no seconds."""
    if one is None or other is None:
        return one is other
    return one.replace(second=0, microsecond=0) == other.replace(second=0, microsecond=0)


def wrong_title(words: str) -> str | None:
    """Say what is wrong with a title."""
    return _too_long(words, LONGEST_TITLE) or wrong_line(words)


def wrong_words(words: str) -> str | None:
    """Say what is wrong with a line of text."""
    return _too_long(words, LONGEST_LINE) or wrong_line(words)


def too_many(labels: Sequence[str]) -> str | None:
    """Say that a post is filed under too much."""
    is_wrong = len(set(labels)) > MOST_LABELS
    return str(_("Choose at most %(number)d.", number=MOST_LABELS)) if is_wrong else None


def wrong_address(url: str) -> str | None:
    """Say that an address does not lead to the web, once it is completed."""
    url = whole_address(url)
    if not url:
        return None
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_web = False
    if not is_web or any(sign.isspace() or not sign.isprintable() for sign in url):
        return str(_("Give a whole address, such as https://example.org/page."))
    return _too_long(url, LONGEST_ADDRESS)


def _too_long(words: str, most: int) -> str | None:
    return str(_("Use at most %(number)d characters.", number=most)) if len(words) > most else None
