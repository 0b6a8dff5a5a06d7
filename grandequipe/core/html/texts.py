"""Rich texts, clean and measured."""

import re
from dataclasses import dataclass
from functools import partial
from html import escape

import nh3

from grandequipe.core import links, threads
from grandequipe.core.html import reading, words, writing
from grandequipe.core.html.elements import TAGS
from grandequipe.core.html.tree import Container

LONGEST_BODY = 60_000
LONGEST_CLEAN = 4 * LONGEST_BODY
# A page shows dozens of them, to any visitor.
LONGEST_COMMENT = 10_000
LONGEST_CLEAN_COMMENT = 2 * LONGEST_COMMENT
# How many characters of HTML are looked at for one of an excerpt.
OPENING = 20


@dataclass(frozen=True)
class RichText:
    """A text that is clean: HTML to be shown as it is, its words on one line, a summary."""

    html: str
    summary: str
    words: str = ""

    @classmethod
    def read(cls, dirty: str) -> "RichText":
        """Clean a text of at most LONGEST_BODY characters; raise TooInvolved for one too involved.

        This is the one place where a text is cleaned, once for each that comes in. Long ones are
        read beside the requests of others.
        """
        return threads.run_in_thread_if_long(dirty, partial(cls._read, dirty[:LONGEST_BODY]))

    @classmethod
    def _read(cls, dirty: str) -> "RichText":
        text = reading.parse(dirty)
        return cls(_safe(text), words.summary(text), words.one_line(text))

    @classmethod
    def kept(cls, html: str, summary: str) -> "RichText":
        """Give again a text that was read before, as it was kept."""
        return cls(html, summary)


def sanitise(dirty: str) -> str:
    """Give the clean HTML of a text; raise TooInvolved for one too involved."""
    return RichText.read(dirty).html


def plain_text(html: str) -> str:
    """Give the words of a text on one line; spaces that must not break stay so."""
    return words.one_line(reading.parse(html))


def summary(html: str, length: int = words.SUMMARY_LENGTH) -> str:
    """Give the first words of a text, cut between two words; list items stay apart."""
    return words.summary(reading.parse(html), length)


def excerpt(clean: str, length: int) -> str:
    """Give the first words of a text to show in a sentence; it is not read to its end.

    Nothing of a text too involved to be read.
    """
    try:
        return words.summary(reading.parse(clean[: OPENING * length]), length)
    except reading.TooInvolved:
        return ""


def editable_words(html: str) -> str:
    """Give the words of a text with its lines, for a browser that shows no editor.

    A text too long or too involved to be read is given as it is.
    """
    if len(html) > LONGEST_CLEAN:
        return html
    try:
        return threads.run_in_thread_if_long(html, lambda: words.editable(reading.parse(html)))
    except reading.TooInvolved:
        return html


def paragraphs(typed: str) -> str:
    """Turn what was typed in a plain field into paragraphs, with its line ends."""
    blocks = re.split(r"\n\s*\n", typed.replace("\r\n", "\n").strip())
    return "".join(f"<p>{escape(block).replace(chr(10), '<br>')}</p>" for block in blocks if block)


def _kept_attribute(_tag: str, name: str, value: str) -> str | None:
    return value if name != "href" or reading.leads_somewhere(value) else None


def _safe(text: Container) -> str:
    """Write a text that any reader of HTML finds harmless; its addresses are links.

    The sanitiser has the last word: of what is written here, which is as deep as our own tree and
    holds no attribute but addresses, it needs to change nothing.
    """
    clean = nh3.clean(
        writing.write(text),
        tags=set(TAGS),
        attributes={"a": {"href"}, "*": set()},  # else nh3 keeps `title` and `lang` of any tag
        url_schemes={"http", "https", "mailto"},
        # Of relative ones, which would mean something else in a mail, mentions alone.
        url_relative="pass_through",
        attribute_filter=_kept_attribute,
        link_rel=links.REL,
    )
    linked = links.with_links(clean)
    if linked.count("<") > reading.MOST_TAGS:
        raise reading.TooManyTags  # what is kept can be read again
    return linked
