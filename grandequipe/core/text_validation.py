"""What a text may be made of, one rule for pages, programs and commands.

A name or a title is one line: a line break would end a mail header, too. Control
characters are typed by no keyboard, and PostgreSQL keeps not all of them.
"""

import re
import unicodedata

from flask_babel import format_decimal, get_locale, gettext as _

from grandequipe.core.cleaning import BLANK, NOT_IN_LINES, NOT_IN_TEXTS, PICTURES
from grandequipe.core.domains import may_hold_domain

# What is seen by itself: a character, a number, a mark of punctuation, a symbol.
SEEN = ("L", "N", "P", "S")
DOT_WITHIN = re.compile(r"(?<=\S)[.。．｡](?=\S)")
OF_ADDRESSES = ("://", "www.", "@")
# A sign alone between two words: no part of an emoticon such as :-) nor of an address.
BEFORE_COLON = re.compile(r"(?<=\S) +(?=:(?:\s|$))|(?<=«) +| (?=»)")
# Marks within marks, in a language whose outer ones are the key's: « … “…” … », “… ‘…’ …”.
INNER_MARKS = {
    "fr": ((re.compile("«[ \u00a0\u202f]?"), "“"), (re.compile("[ \u00a0\u202f]?»"), "”")),
    "en": ((re.compile("“"), "‘"), (re.compile("”"), "’")),
}
BEFORE_HIGH_SIGN = re.compile(r"(?<=\S) +(?=[;!?]+(?:[\s»]|$))")


def line_error(words: str) -> str | None:
    """Say what is wrong with the signs of one line, or None."""
    is_odd = bool(NOT_IN_LINES.search(words))
    return _say(is_odd or (bool(words.strip()) and not shows_something(words)))


def text_error(words: str) -> str | None:
    """Say what is wrong with the signs of a text of several lines, or None."""
    return _say(bool(NOT_IN_TEXTS.search(words)))


def too_long(most: int) -> str:
    """Say that a text has more than `most` characters."""
    return str(_("Use no more than %(number)s characters.", number=format_decimal(most)))


def length_error(words: str, most: int) -> str | None:
    """Say that a text is too long, or None."""
    return too_long(most) if len(words) > most else None


def shows_something(words: str) -> bool:
    """Return whether one sees anything of the words: an emoji is enough, joiners and spaces not."""
    return any(_is_seen(sign) for sign in words)


def has_alphanumerics(words: str) -> bool:
    """Return whether there is a character or a digit: a name of spaces and signs names nobody."""
    return any(sign.isalnum() and _is_seen(sign) for sign in words)


def holds_address(words: str) -> bool:
    """Return whether an address of a site or a mailbox stands in the words."""
    seen = unicodedata.normalize("NFKC", words).casefold()
    return any(sign in seen for sign in OF_ADDRESSES)


def unlinked(words: str) -> str:
    """Rewrite a typed text for a mail to a stranger: mail programs find no address in it.

    They make links of bare domains, too, and people type them: a space stands behind the dot of
    what may be one. What stands behind the others shows nowhere and breaks no word (U+2060).
    """
    return DOT_WITHIN.sub("\\g<0> " if may_hold_domain(words) else "\\g<0>\u2060", words)


def unbroken(line: str) -> str:
    """Keep French signs on the line of the word before them, as printers do."""
    return BEFORE_HIGH_SIGN.sub("\u202f", BEFORE_COLON.sub("\u00a0", line))


def quoted(words: str) -> str:
    """Write words for between quotation marks: those that stand in them become inner ones."""
    for mark, inner in INNER_MARKS.get(str(get_locale()), ()):
        words = mark.sub(inner, words)
    return words


def _is_seen(sign: str) -> bool:
    if ord(sign) in PICTURES:
        return True
    return unicodedata.category(sign)[0] in SEEN and not BLANK.match(sign)


def say_unshown() -> str:
    """Say that a text has signs that nobody sees, to the program that sent it."""
    return str(_("This text contains characters that can’t be displayed. Please type it again."))


def _say(is_wrong: bool) -> str | None:
    return say_unshown() if is_wrong else None
