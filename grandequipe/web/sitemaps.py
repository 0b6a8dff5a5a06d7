"""Sitemaps (sitemaps.org 0.9): an index of parts, each of which is written while it is sent.

A package that has pages for search engines registers a section: how many parts it has, and how some
addresses of a part are read. Nothing is kept: what is no longer public is not in the next answer.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple, cast
from xml.sax.saxutils import escape

from flask import Flask, current_app

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
# Addresses of a part, by the rules of sitemaps.org.
MOST_OF_PART = 50_000
EXTENSION = "sitemaps"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


class Address(NamedTuple):
    """A full address, and when its page was last changed, where that is known."""

    url: str
    changed_at: datetime | None = None


class Section(NamedTuple):
    """The addresses of one kind of pages.

    `list_parts` gives the numbers of the parts that are not empty, `read_part` the addresses of one
    of them, at most MOST_OF_PART, a few at a time.
    """

    list_parts: Callable[[], Sequence[int]]
    read_part: Callable[[int], Iterator[Sequence[Address]]]


def one_part(read_after: Callable[[int], Sequence[tuple[int, Address]]]) -> Section:
    """Make a section of one part: `read_after` gives some addresses after an id, by their ids."""

    def read_part(_number: int) -> Iterator[Sequence[Address]]:
        after, left = 0, MOST_OF_PART
        while rows := read_after(after)[:left]:
            yield [address for _id, address in rows]
            after, left = rows[-1][0], left - len(rows)

    return Section(lambda: (0,) if read_after(0) else (), read_part)


def init_app(app: Flask) -> None:
    """Have no sections yet."""
    app.extensions[EXTENSION] = {}


def add_to_sitemap(app: Flask, name: str, section: Section) -> None:
    """Register a section under a word of the addresses of its parts."""
    _sections(app)[name] = section


def list_parts() -> Iterable[tuple[str, int]]:
    """List the parts of all sections, by name and number."""
    for name, section in _sections(current_app).items():
        for number in section.list_parts():
            yield name, number


def find_section(name: str) -> Section | None:
    """Find a section by its name."""
    return _sections(current_app).get(name)


def write_index(addresses: Iterable[str]) -> str:
    """Write the index of some parts."""
    parts = "".join(f"<sitemap><loc>{escape(each)}</loc></sitemap>\n" for each in addresses)
    return f'{HEAD}<sitemapindex xmlns="{NAMESPACE}">\n{parts}</sitemapindex>\n'


def write_part(pages: Iterable[Sequence[Address]]) -> Iterator[str]:
    """Write a part, some addresses at a time."""
    yield f'{HEAD}<urlset xmlns="{NAMESPACE}">\n'
    for page in pages:
        yield "".join(map(_entry, page))
    yield "</urlset>\n"


def _entry(address: Address) -> str:
    changed = ""
    if address.changed_at is not None:
        changed = f"<lastmod>{address.changed_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</lastmod>"
    return f"<url><loc>{escape(address.url)}</loc>{changed}</url>\n"


def _sections(app: Flask) -> dict[str, Section]:
    return cast(dict[str, Section], app.extensions[EXTENSION])
