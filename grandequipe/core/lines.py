"""Somebody's words within a line of ours: one line, short enough, in their own direction."""

import unicodedata
from collections.abc import Iterator

from grandequipe.core.cleaning import cleaned_line

MORE = "…"
JOINER = "\u200d"
SKIN_TONES = range(0x1F3FB, 0x1F400)
FLAGS = range(0x1F1E6, 0x1F200)
# What stands in its own direction, whatever surrounds it (Unicode Bidirectional Algorithm, 2.4).
FROM_RIGHT = ("R", "AL", "AN")
ISOLATE, POP = "\u2068", "\u2069"
# What would stand oddly before an ellipsis.
LOOSE_ENDS = " \u00a0\u202f,;:.–—-/([{«“‘¿¡"


def one_line(words: str) -> str:
    """Put words on one line, without signs that nobody sees."""
    return cleaned_line(words).strip()


def shortened(line: str, most: int) -> str:
    """Cut a line to `most` columns, after a word where it has words, never within a character.

    A Chinese sign takes two columns. What was cut ends with "…".
    """
    if _columns(line) <= most:
        return line
    kept, columns = "", _columns(MORE)
    for character in _characters(line):
        columns += _columns(character)
        if columns > most:
            break
        kept += character
    # The word that was broken goes, unless it is nearly all that there is.
    before, _space, _broken = kept.rpartition(" ")
    if not line[len(kept) :].startswith(" ") and len(before) * 2 > len(kept):
        kept = before
    return kept.rstrip(LOOSE_ENDS) + MORE


def isolated(line: str) -> str:
    """Let what goes from right to left in a line turn round nothing of what stands beside it.

    For where no element can stand: a subject, a plain text, an attribute, a title, a question.
    """
    return f"{ISOLATE}{line}{POP}" if _has_right_to_left(line) else line


def _has_right_to_left(line: str) -> bool:
    return any(unicodedata.bidirectional(sign) in FROM_RIGHT for sign in line)


def _columns(line: str) -> int:
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in line)
    return len(line) + wide


def _characters(line: str) -> Iterator[str]:
    """Walk what a reader takes for one sign: a letter with its accents, a family of emoji."""
    character = ""
    for sign in line:
        if character and _belongs_to(character, sign):
            character += sign
            continue
        yield character
        character = sign
    yield character


def _belongs_to(character: str, sign: str) -> bool:
    if unicodedata.category(sign)[0] == "M" or sign == JOINER or character[-1] == JOINER:
        return True
    is_flag = ord(sign) in FLAGS and ord(character[0]) in FLAGS and len(character) == 1
    return is_flag or ord(sign) in SKIN_TONES
