"""What a page of the web says of itself: title, description, site and picture.

Guarantee: the time and memory that a page takes grow with its bytes only. A parser makes of some
hundred kilobytes of tags a tree of gigabytes, so it gets the tags that are asked for and no others,
each up to a length; the words that come back are plain text.
"""

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from grandequipe.core.cleaning import cleaned_line

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

LONGEST_TITLE = 200
LONGEST_DESCRIPTION = 400
LONGEST_NAME = 80
# Of one tag, in characters; and tags that are looked at.
LONGEST_TAG = 3_000
MOST_TAGS = 200
TAGS = re.compile(r"<(?:meta|title)\b", re.IGNORECASE)
END_OF_TITLE = re.compile(r"</title", re.IGNORECASE)
DECLARED = re.compile(
    rb"""<meta[^>]{0,200}?charset\s{0,5}=\s{0,5}["']?([\w-]{2,20})""", re.IGNORECASE
)
# Those that pages are written in; Python knows others, which decode slowly or are no characters.
CHARSETS = {
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254",
    "cp1255", "cp1256", "cp1257", "cp1258", "iso8859-2", "iso8859-3", "iso8859-4", "iso8859-5",
    "iso8859-6", "iso8859-7", "iso8859-8", "iso8859-10", "iso8859-13", "iso8859-14", "iso8859-15",
    "iso8859-16", "koi8-r", "koi8-u", "mac-roman", "shift_jis", "euc_jp", "iso2022_jp", "gbk",
    "gb18030", "big5", "euc_kr",
}  # fmt: skip
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SPACES = re.compile(r"\s+")
# Signs that turn the words beside them, on the whole page.
TURNING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class PageDescription:
    """What a page says of itself, each empty where it does not; `picture` is an address."""

    title: str = ""
    description: str = ""
    site_name: str = ""
    picture: str = ""


def describe_page(content: bytes, charset: str, address: str) -> PageDescription:
    """Read a page, or the first bytes of it; `charset` is what its server says."""
    page = _decoded(content, charset)
    # The web process, which reads no pages, has no room for it.
    from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415

    said = _said(LexborHTMLParser("".join(_tags(page))))
    return PageDescription(
        _words(said, LONGEST_TITLE, "og:title", "twitter:title", "title"),
        _words(said, LONGEST_DESCRIPTION, "og:description", "twitter:description", "description"),
        _words(said, LONGEST_NAME, "og:site_name", "application-name"),
        _picture(said, address),
    )


def _decoded(content: bytes, charset: str) -> str:
    for mark, name in MARKS:
        if content.startswith(mark):
            return content.decode(name, errors="replace")
    found = DECLARED.search(content[:4096])
    for each in (charset, found[1].decode("ascii", "replace") if found else ""):
        if known := _known(each):
            return content.decode(known, errors="replace")
    try:
        # A character that was cut at the end is no sign of another charset.
        return codecs.getincrementaldecoder("utf-8")().decode(content)
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _known(charset: str) -> str | None:
    """Give Python's name of a charset, as browsers understand it."""
    try:
        name = codecs.lookup(charset.strip()).name
    except (LookupError, ValueError):
        return None
    if name in ("iso8859-1", "ascii"):
        return "cp1252"
    return name if name in CHARSETS else None


def _tags(page: str) -> Iterator[str]:
    has_title = False
    for number, found in enumerate(TAGS.finditer(page)):
        if number >= MOST_TAGS:
            return
        piece = page[found.start() : found.start() + LONGEST_TAG]
        if found[0].lower() == "<title":
            if has_title:
                continue
            has_title = True
            end = END_OF_TITLE.search(piece)
            yield f"{piece[: end.start()] if end else piece[:LONGEST_TITLE]}</title>"
        elif length := _end_of(piece):
            yield piece[:length]


def _end_of(tag: str) -> int:
    """Find where a tag ends: a sign within quotation marks does not end it; 0 for no end."""
    quoted = ""
    for place, sign in enumerate(tag):
        if quoted:
            quoted = "" if sign == quoted else quoted
        elif sign in "\"'" and tag[:place].rstrip().endswith("="):
            quoted = sign
        elif sign == ">":
            return place + 1
    return 0


def _said(tree: "LexborHTMLParser") -> Mapping[str, str]:
    """Give what the tags say, by the name in lower case; the first of a name counts."""
    said: dict[str, str] = {}
    title = tree.css_first("title")
    if title:
        said["title"] = title.text()
    for tag in tree.css("meta"):
        attributes = tag.attributes
        name = attributes.get("property") or attributes.get("name") or ""
        value = attributes.get("content")
        if name and value:
            said.setdefault(name.strip().lower(), value)
    return said


def _words(said: Mapping[str, str], longest: int, *names: str) -> str:
    for name in names:
        # Measured before it is cleaned.
        plain = cleaned_line(TURNING.sub("", said.get(name, "")[: longest * 4]))
        if words := SPACES.sub(" ", plain).strip():
            return words if len(words) <= longest else f"{words[: longest - 1].rstrip()}…"
    return ""


def _picture(said: Mapping[str, str], address: str) -> str:
    for name in ("og:image:secure_url", "og:image", "og:image:url", "twitter:image"):
        if path := said.get(name, "").strip():
            try:
                return urljoin(address, path)
            except ValueError:
                continue
    return ""
