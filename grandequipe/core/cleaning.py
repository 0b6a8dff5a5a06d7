"""Signs that nobody sees, in one table; they are taken out of what a person types or pastes.

PDF files, slides, telephones and web pages bring control characters, invisible spaces and marks of
direction along. People are not asked to find them: they are taken out, and what ends a line ends
one. Scripts and pictures keep the signs that they are written with: joiners between characters of
Arabic, Indic and like scripts and between emoji, selectors after pictures and ideographs, the tags
of a flag (Unicode 16, chapter 23; UTS #51).

Each sign is looked at with those beside it, and a text of nothing else takes a tenth of a second:
long texts are cleaned beside the requests of others.
"""

import re
import unicodedata
from functools import lru_cache, partial
from html import unescape

from grandequipe.core import threads

# The controls that end a line or a part: C0's separators, NEL, vertical tab, form feed, U+2028-9.
LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x9f\ud800-\udfff]")
# What shows nothing (Default_Ignorable_Code_Point) or turns what follows round, and noncharacters;
# joiners and selectors are looked at one by one.
UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    "|[\u200c\u200d\ufe00-\ufe0f]"
)
# A black flag and the tags that make it that of a land stay as they are.
FLAG_OR_UNSEEN = re.compile("\U0001f3f4[\U000e0020-\U000e007e]{1,16}\U000e007f|" + UNSEEN.pattern)
# They turn round what stands after them, on the whole page: names were read backwards.
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Unicode counts some of it as characters and signs: fillers, an empty cell of Braille.
BLANK = re.compile("[\u2800\U0001d159]|" + UNSEEN.pattern)
# What a program may send in no line, and in no text of several lines.
NOT_IN_LINES = re.compile(
    "|".join((CONTROLS.pattern, LINE_ENDS.pattern, "[\n\t\x1f]", TURNING.pattern))
)
NOT_IN_TEXTS = re.compile(CONTROLS.pattern + "|[\v\f\x1c-\x1f\x85]")
IDEOGRAPHIC_SELECTORS = range(0xE0100, 0xE01F0)
JOINERS = "\u200c\u200d"
SELECTORS = range(0xFE00, 0xFE10)
PICTURES = range(0x1F000, 0x1FB00)
# Of telephones, drawn as keys.
KEYS = "0123456789#*"
# Scripts whose characters change or stay apart by a joiner.
JOINED = (
    "ADLAM", "ARABIC", "BENGALI", "CHAKMA", "DEVANAGARI", "GUJARATI", "GURMUKHI", "KANNADA",
    "KHMER", "MALAYALAM", "MANDAIC", "MONGOLIAN", "MYANMAR", "NKO", "ORIYA", "PHAGS-PA", "SINHALA",
    "SYRIAC", "TAMIL", "TELUGU", "TIBETAN",
)  # fmt: skip
REFERENCE = re.compile(r"&(?:#[xX]?[0-9a-fA-F]{1,8}|[A-Za-z]{2,32});?")
BREAKS_IN_LINE = re.compile("[\n\t]+")


def cleaned_text(typed: str) -> str:
    """Take out of a text of several lines what nobody sees; each line end is one \\n."""
    return threads.run_in_thread_if_long(typed, partial(_cleaned, typed))


def cleaned_line(typed: str) -> str:
    """Do the same for one line: what would end it is a space."""
    return BREAKS_IN_LINE.sub(" ", cleaned_text(typed))


def cleaned_html(typed: str) -> str:
    """Do the same for a text with tags, in which such signs may also be written as references."""
    return threads.run_in_thread_if_long(
        typed, lambda: _cleaned(REFERENCE.sub(_unless_unseen, typed))
    )


def _cleaned(typed: str) -> str:
    ended = LINE_ENDS.sub("\n", typed).replace("\x1f", "\t")
    return FLAG_OR_UNSEEN.sub(_unless_needed, CONTROLS.sub("", ended))


def _unless_unseen(reference: re.Match[str]) -> str:
    """Write a reference to an unseen sign as the sign itself, which is then looked at."""
    sign = unescape(reference[0])
    is_unseen = len(sign) == 1 and (UNSEEN.match(sign) or CONTROLS.match(sign))
    # HTML reads a reference to NUL or half a pair as U+FFFD, and those of Windows' table as signs.
    return sign if is_unseen else reference[0]


def _unless_needed(found: re.Match[str]) -> str:
    """Keep an unseen sign that belongs to the writing of those beside it."""
    sign, words, place = found[0], found.string, found.start()
    before, after = words[place - 1 : place], words[place + 1 : place + 2]
    if len(sign) > 1:
        return sign
    if sign in JOINERS:
        is_needed = (_is_joined(before) and _is_joined(after)) or (
            sign == "\u200d" and _is_picture(before) and _is_picture(after)
        )
    elif ord(sign) in SELECTORS:
        is_needed = _is_symbol(before) or before in KEYS or _is_ideograph(before)
    else:
        is_needed = ord(sign) in IDEOGRAPHIC_SELECTORS and _is_ideograph(before)
    return sign if before and is_needed else ""


@lru_cache(maxsize=1024)
def _is_joined(sign: str) -> bool:
    return unicodedata.name(sign or " ", "").startswith(JOINED)


@lru_cache(maxsize=1024)
def _is_ideograph(sign: str) -> bool:
    return unicodedata.name(sign or " ", "").startswith(("CJK", "MONGOLIAN", "PHAGS-PA", "MYANMAR"))


@lru_cache(maxsize=1024)
def _is_picture(sign: str) -> bool:
    """Return whether a sign is (part of) an emoji; some are newer than Python's tables."""
    return bool(sign) and (
        ord(sign) in PICTURES or ord(sign) in SELECTORS or unicodedata.category(sign) == "So"
    )


def _is_symbol(sign: str) -> bool:
    """Return whether a sign may be shown as a picture: arrows and some punctuation may, too."""
    return _is_picture(sign) or unicodedata.category(sign or " ") in ("Sm", "Po", "Pd")
