"""What members write, made safe.

Guarantee: the result of `sanitise` holds no script, no style, no form, no frame, no picture
and no address other than http, https and mailto, whatever the input. Every rich text goes
through it when it is written; templates show it with `|safe` only because of this.
"""

import re
from collections import Counter
from html import escape, unescape

import nh3

from grandequipe.core import links

TAGS = {
    "a", "b", "blockquote", "br", "code", "del", "div", "em", "h1", "h2", "h3",
    "i", "li", "ol", "p", "pre", "s", "strong", "u", "ul",
}  # fmt: skip
# A parser opens these anew in each block until they are closed, three of a kind and all that
# differ in an attribute: left open by the hundred, they would make gigabytes of a page.
REOPENED = re.compile(
    r"<(b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)[\s/][^>]*(?:>|\Z)", re.IGNORECASE
)
TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)", re.IGNORECASE)
VOID = {"br", "hr", "img", "input", "wbr"}
BLOCK_EDGE = re.compile(r"</?(?:blockquote|div|h1|h2|h3|li|ol|p|pre|ul)>|<br>")
# Tags that go, yet part words: a row ends a line, a cell is a word of its own.
LINE_GONE = re.compile(
    r"</(?:address|article|aside|dd|dl|dt|figcaption|figure|footer|h[456]|header|main|section|tr)\s*>"
    r"|<hr\b[^<>]*>",
    re.IGNORECASE,
)
CELL_GONE = re.compile(r"</(?:td|th)\s*>|<img\b[^<>]*>", re.IGNORECASE)
BREAKS = re.compile(r"[^\S\u00a0\u202f]+")
SUMMARY_LENGTH = 220
LONGEST_BODY = 60_000
LONGEST_CLEAN = 4 * LONGEST_BODY
# A page shows dozens of them, to whoever comes by.
LONGEST_COMMENT = 10_000
LONGEST_CLEAN_COMMENT = 2 * LONGEST_COMMENT
# A parser's work grows with the square of it: at seven thousand it takes seconds.
DEEPEST = 500


def sanitise(dirty: str) -> str:
    """Keep the few tags of a rich text, and make links of the addresses that stand in it.

    A page has one h1 already, so theirs become h2.
    """
    clean = nh3.clean(
        _parted(_bare(dirty[:LONGEST_BODY])),
        tags=TAGS,
        attributes={"a": {"href"}, "*": set()},  # else nh3 keeps `title` and `lang` of any tag
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",  # it would mean something else in a letter
        link_rel=links.REL,
    )
    return links.with_links(clean.replace("<h1>", "<h2>").replace("</h1>", "</h2>").strip())


def depth_of(dirty: str) -> int:
    """Tell how many tags are open at once at most, those that are never closed among them."""
    opened: Counter[str] = Counter()
    depth = deepest = 0
    for closes, name in TAG.findall(dirty.lower()):
        if not closes and name not in VOID:
            opened[name] += 1
            depth += 1
            deepest = max(deepest, depth)
        elif closes and opened[name]:
            opened[name] -= 1
            depth -= 1
    return deepest


def _bare(dirty: str) -> str:
    """Take the attributes off tags that keep none anyway."""
    return REOPENED.sub(r"<\1>", dirty)


def _parted(dirty: str) -> str:
    """Keep apart what only tags that go kept apart."""
    return CELL_GONE.sub(r"\g<0> ", LINE_GONE.sub(r"\g<0><br>", dirty))


def plain_text(html: str) -> str:
    """Give the words of a sanitised text on one line; spaces that must not break stay so."""
    bare: str = nh3.clean(_bare(BLOCK_EDGE.sub(" ", html)), tags=set())
    return BREAKS.sub(" ", unescape(bare)).strip()


def summary(html: str, length: int = SUMMARY_LENGTH) -> str:
    """Give the first words of a sanitised text, cut between two words."""
    words = plain_text(html)
    if len(words) <= length:
        return words
    return words[:length].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


def paragraphs(text: str) -> str:
    """Turn what was typed in a plain field into paragraphs, with its line ends."""
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return "".join(f"<p>{escape(block).replace(chr(10), '<br>')}</p>" for block in blocks if block)
