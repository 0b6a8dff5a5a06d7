"""Writing Atom 1.0 (RFC 4287), with pages of older entries (RFC 5005)."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from xml.etree import ElementTree as ET

from grandequipe.syndication.models import Head

CONTENT_TYPE = "application/atom+xml; charset=utf-8"
NAMESPACE = "http://www.w3.org/2005/Atom"
# What no document of XML 1.0 holds, not even as a reference (section 2.2).
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Category(NamedTuple):
    """What an entry is about: a term of a scheme, and its name for people."""

    term: str
    scheme: str
    label: str


class Enclosure(NamedTuple):
    """A file of an entry: whole address, media type, bytes and name."""

    url: str
    media_type: str
    size: int
    name: str


class Entry(NamedTuple):
    """An entry of a feed; `summary` is a text, `content` HTML with whole addresses."""

    id: str
    url: str
    title: str
    author: str
    published_at: datetime
    updated_at: datetime
    summary: str
    content: str
    language: str | None
    categories: Sequence[Category]
    enclosures: Sequence[Enclosure]


def write_feed(
    head: Head, publisher: str, own: str, older: str | None, entries: Sequence[Entry]
) -> bytes:
    """Write a feed in UTF-8; `own` is its address and `older` that of its next page."""
    feed = ET.Element("feed", {"xmlns": NAMESPACE, "xml:lang": head.language})
    _text(feed, "id", head.id)
    _text(feed, "title", head.title)
    if head.subtitle:
        _text(feed, "subtitle", head.subtitle)
    _text(feed, "updated", _instant(max([each.updated_at for each in entries] or [head.since])))
    _text(ET.SubElement(feed, "author"), "name", publisher)
    _text(feed, "generator", "Grande Équipe")
    _link(feed, "self", own, type="application/atom+xml")
    _link(feed, "alternate", head.page, type="text/html")
    if older:
        _link(feed, "next", older, type="application/atom+xml")
    for entry in entries:
        _write_entry(ET.SubElement(feed, "entry"), entry)
    return bytes(ET.tostring(feed, encoding="utf-8", xml_declaration=True))


def _write_entry(element: ET.Element, entry: Entry) -> None:
    if entry.language:
        element.set("xml:lang", entry.language)
    _text(element, "id", entry.id)
    _text(element, "title", entry.title)
    _link(element, "alternate", entry.url, type="text/html")
    _text(ET.SubElement(element, "author"), "name", entry.author)
    _text(element, "published", _instant(entry.published_at))
    _text(element, "updated", _instant(entry.updated_at))
    for category in entry.categories:
        _element(element, "category", category._asdict())
    for each in entry.enclosures:
        _link(
            element,
            "enclosure",
            each.url,
            type=each.media_type,
            length=str(each.size),
            title=each.name,
        )
    _text(element, "summary", entry.summary)
    _text(element, "content", entry.content, type="html")


def _text(parent: ET.Element, name: str, words: str, **attributes: str) -> None:
    _element(parent, name, attributes).text = allowed(words)


def _link(parent: ET.Element, rel: str, href: str, **attributes: str) -> None:
    _element(parent, "link", {"rel": rel, "href": href, **attributes})


def _element(parent: ET.Element, name: str, attributes: dict[str, str]) -> ET.Element:
    return ET.SubElement(parent, name, {key: allowed(each) for key, each in attributes.items()})


def allowed(words: str) -> str:
    """Leave out the characters that XML forbids."""
    return FORBIDDEN.sub("", words)


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def newest(moments: Iterable[datetime | None]) -> datetime:
    """Give the last of some instants, of which one at least is known."""
    return max(each for each in moments if each is not None)
