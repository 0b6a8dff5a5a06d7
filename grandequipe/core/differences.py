"""Two versions of a rich text in one, with what was added and what was taken out marked.

The result is made of `ins` and `del` (HTML Standard, section 4.7) around words, and as safe as
what members write: it is cleaned by the same parser. Words whose format changed (bold, a list, a
new paragraph) are marked as taken out and added. What the author struck out is an `s`, never a
`del`.
"""

import re
from functools import partial
from html import escape

import lxml.html
import nh3
from lxml.etree import _Element
from lxml.html.diff import htmldiff

from grandequipe.core import html, links, threads

# The work grows with the square of it and more.
MOST_WORDS = 1000
# Characters that are compared at once; longer texts are compared beside the requests of others.
SHORT = 1000
WORD = re.compile(r"<|[^\s<]+")
WORD_OR_SIGN = re.compile(r"\S+")
# Of a private plane of Unicode: each stands behind a word for one format, while words are compared.
FIRST_SIGN = 0xF0000
SIGNS = re.compile("[\U000f0000-\U000ffffd]")
BLOCKS = {"p", "div", "li", "blockquote", "h2", "h3", "pre", "ul", "ol"}
HREF = re.compile(r" Link: ((?:https?|mailto):[^\s<]+)")


def marked(before: str, after: str) -> str | None:
    """Mark what differs between two clean rich texts; None where it is too much to compare.

    Blocks that are equal at the beginning and the end are not compared, so a long text of which
    one paragraph changed is not too much.
    """
    if len(before) + len(after) <= SHORT:
        return _marked(before, after)
    return threads.run_in_thread(partial(_marked, before, after))


def _marked(before: str, after: str) -> str | None:
    old, new = (_blocks(text) for text in (before, after))
    start = _count_equal(old, new)
    end = _count_equal(old[start:][::-1], new[start:][::-1])
    changed = ["".join(blocks[start : len(blocks) - end]) for blocks in (old, new)]
    if any(len(WORD.findall(part)) > MOST_WORDS for part in changed):
        return None
    middle = _compared(*changed) if changed[0] != changed[1] else changed[0]
    # An address that changed is named, in a word of English.
    middle = HREF.sub(r" (\1)", middle)
    return _clean("".join([*new[:start], middle, *new[len(new) - end :]]))


def _compared(before: str, after: str) -> str:
    """Compare words together with their formats, which `htmldiff` alone does not look at."""
    formats: dict[str, str] = {}
    signed = [_Signer(formats).sign(SIGNS.sub("", text)) for text in (before, after)]
    return SIGNS.sub("", htmldiff(*signed))


class _Signer:
    """Puts behind each word the sign of its format: the elements around it, and a new line."""

    def __init__(self, formats: dict[str, str]) -> None:
        self._formats = formats
        self._begins = True

    def sign(self, text: str) -> str:
        root = lxml.html.fragment_fromstring(text, create_parent="div")
        self._walk(root, "")
        inner = (lxml.html.tostring(child, encoding="unicode") for child in root)
        return escape(root.text or "", quote=False) + "".join(inner)

    def _walk(self, element: _Element, around: str) -> None:
        element.text = self._signed(element.text, around)
        for child in element:
            is_edge = child.tag == "br" or child.tag in BLOCKS
            self._begins |= is_edge
            self._walk(child, around if child.tag == "a" else f"{around} {child.tag}")
            self._begins |= is_edge
            child.tail = self._signed(child.tail, around)

    def _signed(self, words: str | None, around: str) -> str | None:
        return WORD_OR_SIGN.sub(lambda found: found[0] + self._sign(around), words or "") or None

    def _sign(self, around: str) -> str:
        name = f"{around} first" if self._begins else around
        self._begins = False
        return self._formats.setdefault(name, chr(FIRST_SIGN + len(self._formats)))


def marked_line(before: str, after: str) -> str:
    """Mark what differs between two lines of plain text."""
    found = marked(escape(before), escape(after))
    return found if found is not None else f"<del>{escape(before)}</del> <ins>{escape(after)}</ins>"


def _blocks(text: str) -> list[str]:
    """Part a text into its outermost elements; what the author struck out is no difference."""
    parts = lxml.html.fragments_fromstring(_struck(text)) if text.strip() else []
    return [
        escape(part) if isinstance(part, str) else lxml.html.tostring(part, encoding="unicode")
        for part in parts
    ]


def _struck(text: str) -> str:
    return text.replace("<del>", "<s>").replace("</del>", "</s>")


def _count_equal(old: list[str], new: list[str]) -> int:
    pairs = zip(old, new, strict=False)
    return next(
        (n for n, (one, other) in enumerate(pairs) if one != other), min(len(old), len(new))
    )


def _clean(dirty: str) -> str:
    return nh3.clean(
        dirty,
        tags={*html.TAGS, "ins", "del"},
        attributes={"a": {"href"}, "*": set()},
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",
        link_rel=links.REL,
    )
