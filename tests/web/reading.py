"""Read a page as a screen reader does: its texts, each with language and direction."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser

APART = re.compile(r"</?bdi[^>]*>")
VOID = {"br", "hr", "img", "input", "link", "meta", "wbr", "use"}
SILENT = {"title", "script", "style", "template", "option", "textarea"}


@dataclass(frozen=True)
class Words:
    """A text of a page; `is_apart`: its element has a direction of its own."""

    text: str
    language: str
    is_apart: bool


def sentences_of(page: str) -> str:
    """Return a page without the `<bdi>` tags inside its sentences."""
    return APART.sub("", page)


def words_of(page: str) -> list[Words]:
    """List the texts that a page shows, in order."""
    reader = _Reader()
    reader.feed(page)
    return reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str, bool]] = [("", "", False)]
        self.found: list[Words] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        given = dict(attrs)
        is_apart = tag == "bdi" or given.get("dir") == "auto" or self.open[-1][2]
        language = given.get("lang", self.open[-1][1]) or ""
        self.open.append((tag, language, is_apart))

    def handle_endtag(self, tag: str) -> None:
        while tag in [each[0] for each in self.open]:
            if self.open.pop()[0] == tag:
                return

    def handle_data(self, data: str) -> None:
        tags = {each[0] for each in self.open}
        if data.strip() and not tags & SILENT:
            self.found.append(Words(data, *self.open[-1][1:]))
