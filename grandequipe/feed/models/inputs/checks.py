"""What can be wrong with a field of a draft: each gives the sentence that says so, or None."""

from collections.abc import Sequence
from datetime import date, datetime

from flask_babel import gettext as _

from grandequipe.core import html
from grandequipe.core.html.measured import read_rich_text
from grandequipe.core.text_validation import length_error, line_error, shows_something, text_error
from grandequipe.core.web_addresses import address_error as address_error

BODY = "body_html"
LONGEST_TITLE = 160
LONGEST_LINE = 500
MOST_LABELS = 5
SHORTEST_REASON, LONGEST_REASON = 2, 1000
FIRST_YEAR, LAST_YEAR = 2000, 2100


def read_body(typed: str) -> html.RichText:
    """Read the text of a post; raise Invalid that says what is wrong with it."""
    return read_rich_text(BODY, typed, html.LONGEST_BODY, html.LONGEST_CLEAN)


def read_comment(typed: str) -> html.RichText:
    """Read a comment, which is shorter; raise Invalid that says what is wrong with it."""
    return read_rich_text(BODY, typed, html.LONGEST_COMMENT, html.LONGEST_CLEAN_COMMENT)


def reason_error(words: str) -> str | None:
    """Say what is wrong with the words of a refusal, which its author reads."""
    if wrong := length_error(words, LONGEST_REASON) or text_error(words):
        return wrong
    if len(words.strip()) < SHORTEST_REASON:
        return str(_("Say why in a few words. The author will see it."))
    return None


def missing(words: str, sentence: str) -> str | None:
    """Say that something to see is asked for."""
    return None if shows_something(words) else str(sentence)


def year_error(day: date) -> str | None:
    """Say that a year is a slip of the keyboard; the first and last of all break calendars."""
    if FIRST_YEAR <= day.year <= LAST_YEAR:
        return None
    return str(_("Enter a year between %(first)s and %(last)s.", first=FIRST_YEAR, last=LAST_YEAR))


def moment_error(instant: datetime | None, sentence: str) -> str | None:
    """Say that an instant is asked for, or that its year is a slip."""
    return str(sentence) if instant is None else year_error(instant)


def is_same_minute(one: datetime | None, other: datetime | None) -> bool:
    """Return whether two instants are one on a page, which shows no seconds."""
    if one is None or other is None:
        return one is other
    return one.replace(second=0, microsecond=0) == other.replace(second=0, microsecond=0)


def title_error(words: str) -> str | None:
    """Say what is wrong with a title."""
    return length_error(words, LONGEST_TITLE) or line_error(words)


def words_error(words: str) -> str | None:
    """Say what is wrong with a line of text."""
    return length_error(words, LONGEST_LINE) or line_error(words)


def too_many(labels: Sequence[str]) -> str | None:
    """Say that a post is filed under too much."""
    is_wrong = len(set(labels)) > MOST_LABELS
    return str(_("Choose no more than %(number)d.", number=MOST_LABELS)) if is_wrong else None
