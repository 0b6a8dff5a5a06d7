"""Addresses of the web as people type them: completed in a field, made links within a text.

What stands around an address in a sentence is not part of it: the point that ends the sentence, a
bracket or a quotation mark that was opened before, a French sign after its unbroken space.
"""

import re
import unicodedata
from collections.abc import Iterator
from html import escape, unescape

import nh3
from flask_babel import gettext as _

REL = "noopener noreferrer nofollow ugc"
LONGEST_ADDRESS = 2000
# A text of more addresses than these says nothing else, and links would make it too long to keep.
MOST_LINKS = 200

BARE_ADDRESS = re.compile(r"(?:[\w-]+\.)+(?:[^\W\d_]{2,}|xn--[\w-]+)(?::\d+)?(?:[/?#]\S*)?")
TYPED = re.compile(r"(?<![\w@./:-])(?:https?://|www\.)[^\s<>\"«»“”„‹›\u200b\ufeff]+", re.IGNORECASE)
TAG = re.compile(r'(<[^<>"]*(?:"[^"]*"[^<>"]*)*>)')
# Where a line of a text begins or ends, and what only says how it looks.
LINE_EDGE = re.compile(
    r"</?(?:p|br|hr|li|ul|ol|h[1-6]|div|blockquote|pre|table|tr|td|th)\b[^>]*>|\n", re.IGNORECASE
)
LOOKS = re.compile(r"</?(?:strong|em|b|i|u|s)>")
LINK_ALONE = re.compile(r'<a href="(https?://[^"]+)"[^>]*>(?:(?!</a>).)*</a>', re.DOTALL)
# What stands within these is a link already, or is shown as it was typed.
LEFT_ALONE = re.compile(r"<(/?)(?:a|code|pre)\b")
ENDINGS = ".,:;!?…'’*_|"
OPENED_BY = {")": "(", "]": "[", "}": "{"}

# In an address; longer ones are cut where a mail program breaks the line.
LONGEST_WORDS = 60
SPELT_OUT = {ord("œ"): "oe", ord("æ"): "ae", ord("ß"): "ss"}


def address_words(title: str) -> str | None:
    """Write a title for an address: "mesurer-l-utilite-sociale"; None without Latin characters."""
    plain = unicodedata.normalize("NFKD", title[:LONGEST_ADDRESS].casefold().translate(SPELT_OUT))
    bare = "".join(char for char in plain if not unicodedata.combining(char))
    words = "-".join(re.findall("[a-z0-9]+", bare))
    if len(words) > LONGEST_WORDS:
        words = words[: LONGEST_WORDS + 1].rpartition("-")[0] or words[:LONGEST_WORDS]
    return words or None


def whole_address(typed: str) -> str:
    """Complete an address as people say it, such as www.example.org."""
    typed = typed.strip()
    return f"https://{typed}" if BARE_ADDRESS.fullmatch(typed) else typed


def secure_address_error(address: str) -> str | None:
    """Say what is wrong with an address that must be a page on the web, over https; or None."""
    rest = address.removeprefix("https://")
    if rest != address and BARE_ADDRESS.fullmatch(rest) and _target(address):
        return None
    return str(_("Enter an address that begins with https://, such as https://www.example.org."))


def with_links(clean: str) -> str:
    """Make links of the addresses that stand as words in a sanitised text, which stays so."""
    # Most texts have none: to look for these signs takes next to no time.
    if "://" not in clean and "www." not in clean.lower():
        return clean
    return "".join(_parts(clean)) if len(TYPED.findall(clean)) <= MOST_LINKS else clean


def links_alone(clean: str) -> Iterator[str]:
    """Give the addresses of links that stand alone on a line of a sanitised text, in its order."""
    if "<a " not in clean:
        return
    for line in LINE_EDGE.split(clean):
        words = LOOKS.sub("", line).replace("&nbsp;", " ").strip()
        if words.startswith("<a ") and (found := LINK_ALONE.fullmatch(words)):
            yield unescape(found[1])


def _parts(clean: str) -> Iterator[str]:
    depth = 0
    for part in TAG.split(clean):
        if edge := LEFT_ALONE.match(part):
            depth += -1 if edge[1] else 1
        is_words = depth == 0 and not part.startswith("<")
        yield "".join(_linked(unescape(part))) if is_words and TYPED.search(part) else part


def _linked(words: str) -> Iterator[str]:
    end = 0
    for found in TYPED.finditer(words):
        if len(found[0]) > LONGEST_ADDRESS:
            continue
        address = _without_ending(found[0])
        if target := _target(address):
            yield _escaped(words[end : found.start()])
            yield f'<a href="{_escaped(target)}" rel="{REL}">{_escaped(address)}</a>'
            end = found.start() + len(address)
    yield _escaped(words[end:])


def _without_ending(address: str) -> str:
    """Leave to the sentence the signs that end it; a bracket is its own where it opened it, too."""
    while address and (address[-1] in ENDINGS or _is_closed_only(address)):
        address = address[:-1]
    return address


def _is_closed_only(address: str) -> bool:
    opening = OPENED_BY.get(address[-1])
    return opening is not None and address.count(address[-1]) > address.count(opening)


def _target(address: str) -> str | None:
    """Say where an address leads; nowhere without a host, or where a browser finds none."""
    is_bare = address[:4].lower() == "www."
    scheme, rest = ("https", address) if is_bare else address.split("://", 1)
    if not BARE_ADDRESS.fullmatch(address[4:] if is_bare else rest):
        return None
    target = f"{scheme.lower()}://{rest}"
    return target if "href" in nh3.clean(f'<a href="{escape(target)}">.</a>') else None


def _escaped(words: str) -> str:
    """Write words as the sanitiser does."""
    return escape(words, quote=False).replace("\u00a0", "&nbsp;")
