"""What each element of HTML means to a rich text.

An element is a container (a list, a quotation), a leaf (a paragraph, a heading: it holds a line
of words), a mark (bold, a link), or nothing but its words. Blocks that a rich text has no name
for are paragraphs; what is known as inline stands within a word; what is unknown parts two words.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

LISTS: Final = frozenset({"ul", "ol"})
CONTAINERS: Final = LISTS | {"li", "blockquote"}

# The leaf that each becomes: a page has one h1 already.
LEAVES: Final[Mapping[str, str]] = {
    "p": "p", "div": "div", "pre": "pre", "listing": "pre", "xmp": "pre",
    "h1": "h2", "h2": "h2", "h3": "h3", "h4": "h3", "h5": "h3", "h6": "h3",
    **dict.fromkeys(
        (
            "address", "article", "aside", "blink", "caption", "center", "dd", "details", "dialog",
            "dir", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frameset",
            "header", "hgroup", "hr", "legend", "main", "menu", "nav", "optgroup", "option",
            "search", "section", "select", "summary", "table", "tbody", "td", "textarea", "tfoot",
            "th", "thead", "tr",
        ),
        "p",
    ),
}  # fmt: skip
# A block within one of these is a line of it.
STRONG_LEAVES: Final = frozenset({"h2", "h3", "pre"})

# The address of a member's page, from our own root: a link to it is a mention.
MENTION_ADDRESS: Final = re.compile(r"/membres/[0-9]{1,18}")

MARKS: Final[Mapping[str, str]] = {
    **{name: name for name in ("a", "b", "code", "del", "em", "i", "s", "strong", "sub", "sup")},
    "u": "u", "strike": "s",
}  # fmt: skip
INLINE: Final = frozenset(
    {
        "abbr", "acronym", "bdi", "bdo", "big", "cite", "data", "dfn", "font", "ins", "kbd",
        "mark", "nobr", "q", "rb", "ruby", "samp", "small", "span", "time", "tt", "var", "wbr",
    }
)  # fmt: skip
# The page around the words.
PAGE: Final = frozenset({"html", "head", "body"})
GONE: Final = frozenset(
    {"base", "iframe", "link", "meta", "noembed", "noframes", "script", "style", "title"}
)

TAGS: Final = frozenset(CONTAINERS | set(LEAVES.values()) | set(MARKS.values()) | {"br"})

BOLD: Final = frozenset({"b", "strong"})
ITALIC: Final = frozenset({"i", "em"})
STRUCK: Final = frozenset({"s", "del"})
RAISED: Final = frozenset({"sup", "sub"})


def styled(style: str) -> Iterator[tuple[frozenset[str], str | None]]:
    """Say what a `style` attribute makes of the words: a family of marks, and the one to set.

    None takes marks of the family away: Google Docs wraps all it copies into a bold that is not.
    """
    rules = dict(_rules(style))
    if weight := rules.get("font-weight"):
        yield BOLD, "strong" if _is_bold(weight) else None
    if slant := rules.get("font-style"):
        yield ITALIC, "em" if slant in ("italic", "oblique") else None
    if "line-through" in rules.get("text-decoration", "") + rules.get("text-decoration-line", ""):
        yield STRUCK, "del"
    if (raised := rules.get("vertical-align", "")) in ("super", "sub"):
        yield RAISED, "sup" if raised == "super" else "sub"


def _rules(style: str) -> Iterator[tuple[str, str]]:
    for rule in style.lower().split(";"):
        name, _colon, value = rule.partition(":")
        yield name.strip(), value.replace("!important", "").strip()


def _is_bold(weight: str) -> bool:
    return weight in ("bold", "bolder") or (weight.isdecimal() and int(weight[:4]) >= 600)
