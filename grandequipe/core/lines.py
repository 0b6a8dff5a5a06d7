"""Somebody's words within a line of ours: one line, short enough, in their own direction."""

import re
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
LOOSE_ENDS = " \u00a0\u202f,;:.–—-/([{«‹“„‘¿¡"
# Words that announce another one; "A" may be a name, as in "Plan A".
ANNOUNCING = re.compile(
    r"(?:(?<=[\s’'«‹“„‘\"(])|(?<=[-–—/]))(?:"
    r"de|du|des|la|le|les|un|une|à|au|aux|et|ou|en|par|pour|sur|dans|avec|sans|chez|vers|entre"
    r"|of|the|(?-i:a)|an|to|for|and|or|in|on|at|by|with|from"
    r"|(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)[’'])\Z",
    re.IGNORECASE,
)
# What closes a quotation; the first one is what we add.
CLOSING = {"«": "»", "‹": "›", "“": "”", "„": "“”", "‘": "’", '"': '"'}


def one_line(words: str) -> str:
    """Put words on one line, without signs that nobody sees."""
    return cleaned_line(words).strip()


def shortened(line: str, most: int) -> str:
    """Cut a line to `most` columns, after a word where it has words, never within a character.

    A Chinese sign takes two columns. A cut line ends with "…", with no article or preposition
    before it, and with the end of a quotation that was cut after it: "Lire « Agir… »".
    """
    if _columns(line) <= most:
        return line
    room = most
    while True:
        kept = _cut(line, room)
        ending = MORE + _closing_of(kept)
        if not kept or _columns(kept + ending) <= most:
            return kept + ending
        room -= 1


def _cut(line: str, most: int) -> str:
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
    kept = kept.rstrip(LOOSE_ENDS)
    while announcing := ANNOUNCING.search(kept):
        kept = kept[: announcing.start()].rstrip(LOOSE_ENDS)
    return kept


def _closing_of(kept: str) -> str:
    """Give what closes the quotations that are open at the end, spaced as they were opened."""
    opened: list[str] = []
    for place, sign in enumerate(kept):
        before, after = kept[place - 1 : place], kept[place + 1 : place + 2]
        if opened and sign in CLOSING[opened[-1][0]]:
            # An apostrophe closes nothing.
            if sign != "’" or not after.isalnum():
                opened.pop()
        elif sign in CLOSING and (sign != '"' or not before.isalnum()):
            opened.append(sign + (after if after.isspace() else ""))
    spaces = (each[1:].replace(" ", "\u00a0") for each in reversed(opened))
    return "".join(
        space + CLOSING[each[0]][0] for space, each in zip(spaces, reversed(opened), strict=True)
    )


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
    """Yield the grapheme clusters: a base character with its accents, a family of emoji."""
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
