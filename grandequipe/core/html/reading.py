"""From HTML of any kind to a rich text.

The parser is libxml2's (by lxml): it makes no more elements than there are tags, takes time in
proportion to their number, and says where they stand too deep. What it makes is what is looked at;
nothing is searched for in the text itself.
"""

import re
from dataclasses import dataclass, replace

from lxml import etree

from grandequipe.core.html.cells import MergedCells
from grandequipe.core.html.elements import (
    CONTAINERS,
    GONE,
    INLINE,
    LEAVES,
    LISTS,
    MARKS,
    MENTION_ADDRESS,
    PAGE,
    STRONG_LEAVES,
    styled,
)
from grandequipe.core.html.tree import Break, Container, Leaf, Mark, Run

# So many signs that begin a tag or a comment: nobody writes them by hand.
MOST_TAGS = 6_000
# Marks are written anew in each block that they reach over: an address, ten thousand times.
MOST_WRITTEN = 400_000
# Lists within quotations within lists: nobody reads further in, either.
DEEPEST = 100
# A list within a list gets an item around it, and the words have their marks: so that what is
# written can be read again.
DEEPEST_CONTAINERS = 80
SPACES = " \t\n\r\f"
ADDRESS = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
CELLS = frozenset({"td", "th"})
ROWS = frozenset({"table", "tbody", "tfoot", "thead"})
ENDS_A_WORD = ".,;:!?)]»”…%"


class TooInvolved(ValueError):
    """A text is not read, for that would cost too much."""


class TooManyTags(TooInvolved):
    """It has more tags, or more of them within one another, than are read."""


class TooMuchRepeated(TooInvolved):
    """It would become far longer than it is: its tags would be repeated in each block."""


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around some words: the leaf that they go into, and their marks."""

    leaf: str | None = None
    marks: tuple[Mark, ...] = ()

    def within_leaf(self, name: str | None) -> "Around":
        """Give what stands around the words of a block in here."""
        return self if self.leaf in STRONG_LEAVES else replace(self, leaf=name)

    def marked(self, element: etree._Element) -> "Around":
        """Give what stands around the words of an element in here."""
        marks = list(self.marks)
        if name := MARKS.get(element.tag):
            _set(marks, frozenset({name}), Mark(name, element.get("href", "").strip()))
        for family, set_to in styled(element.get("style", "")):
            _set(marks, family, Mark(set_to) if set_to else None)
        return replace(self, marks=tuple(marks))


def leads_somewhere(address: str) -> bool:
    """Return whether a link of a text may lead there: to the web, by mail, to a member."""
    return bool(ADDRESS.match(address) or MENTION_ADDRESS.fullmatch(address))


def _set(marks: list[Mark], family: frozenset[str], mark: Mark | None) -> None:
    """Put a mark in the place of those of its family; the same one twice is once."""
    if mark and mark.name == "a" and not leads_somewhere(mark.href):
        return
    if mark and mark in marks:
        return
    marks[:] = [each for each in marks if each.name not in family]
    if mark:
        marks.append(mark)


def parse(html: str) -> Container:
    """Read HTML of any kind; raise TooInvolved before it takes long."""
    if html.count("<") > MOST_TAGS:
        raise TooManyTags
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True
    )
    page = etree.fromstring(b"<body>" + html.encode("utf-8", "replace"), parser)
    if page is None:
        return Container(None)
    if depth_of(page) > DEEPEST:
        raise TooManyTags
    reader = Reader()
    reader.read(page, Around())
    return reader.text


def depth_of(page: etree._Element) -> int:
    """Count how many elements stand within one another at most, page and body not counted."""
    depth = deepest = 0
    for event, _element in etree.iterwalk(page, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest - 2


class Reader:
    """Walks the elements of a page, and builds the text that they hold."""

    def __init__(self) -> None:
        self.text = Container(None)
        self._containers = [self.text]
        self._leaf: Leaf | None = None
        self._is_parted = False
        self._written = 0
        # Within a row that becomes a line: how many cells without words are to be parted yet.
        self._strokes: int | None = None
        self._merged = MergedCells()
        # The number of an item that is written as words, until its first word is said.
        self._number = ""

    def read(self, element: etree._Element, around: Around) -> None:
        """Read an element, but not the words after it."""
        name = element.tag
        if name in GONE or not isinstance(name, str):
            return
        if name == "br":
            self._end_line(around)
        elif name in CONTAINERS:
            self._read_container(element, replace(around.marked(element), leaf=None))
        elif name in CELLS and self._strokes is not None:
            self._read_cell(element, around)
        elif name == "tr" and _is_line(element):
            self._read_row(element, around.within_leaf("p"))
        elif name in LEAVES:
            self._read_leaf(element, around)
        else:
            self._read_inline(element, around)

    def _read_leaf(self, element: etree._Element, around: Around) -> None:
        before = self._merged
        if element.tag in ROWS:
            self._merged = MergedCells()
        elif element.tag == "tr":
            before.pass_row()
        self._leaf = None
        self._read_within(element, around.within_leaf(LEAVES[element.tag]).marked(element))
        self._leaf = None
        self._merged = before

    def _read_numbered(self, numbered: etree._Element, around: Around) -> None:
        """Make paragraphs of a list that goes on at another number than 1, as a text has none."""
        number = _start(numbered)
        for item in numbered:
            self._leaf = None
            if item.tag == "li":
                self._number = f"{number}. "
                number += 1
                self._read_within(item, around.within_leaf("p").marked(item))
                self._number = ""
            else:
                self.read(item, around)
        self._leaf = None

    def _read_inline(self, element: etree._Element, around: Around) -> None:
        is_known = element.tag in INLINE or element.tag in MARKS or element.tag in PAGE
        self._is_parted |= not is_known
        self._read_within(element, around.marked(element))
        self._is_parted |= not is_known

    def _read_within(self, element: etree._Element, around: Around) -> None:
        self._say(element.text, around)
        for child in element:
            self.read(child, around)
            self._say(child.tail, around)

    def _read_container(self, element: etree._Element, around: Around) -> None:
        name = element.tag
        if name == "ol" and len(self._containers) == 1 and _start(element) > 1:
            self._read_numbered(element, around)
            return
        self._leaf = None
        before = list(self._containers)
        if name == "li":
            self._go_to_list()
        else:
            self._go_to_item()
        self._open(name)
        self._read_within(element, around)
        self._leaf = None
        self._containers = before

    def _go_to_list(self) -> None:
        """Open a list where an item stands in none, or go on with the last one."""
        if self._containers[-1].name in LISTS:
            return
        last = self._containers[-1].children[-1:]
        if last and isinstance(last[0], Container) and last[0].name == "ul":
            self._containers.append(last[0])
        else:
            self._open("ul")

    def _go_to_item(self) -> None:
        """Go into the last item where something else than an item stands in a list."""
        here = self._containers[-1]
        if here.name not in LISTS:
            return
        if here.children and isinstance(here.children[-1], Container):
            self._containers = [*self._containers, here.children[-1]]
        else:
            self._open("li")

    def _open(self, name: str) -> None:
        if len(self._containers) > DEEPEST_CONTAINERS:
            raise TooManyTags
        made = Container(name)
        self._containers[-1].children.append(made)
        self._containers = [*self._containers, made]

    def _read_row(self, row: etree._Element, around: Around) -> None:
        """Make a line of a row, its cells parted by a stroke."""
        self._leaf, self._strokes = None, 0
        self._merged.begin_row()
        self._read_within(row, around)
        for cell in self._merged.end_row():
            self._say_cell(cell, around)
        self._leaf, self._strokes = None, None

    def _read_cell(self, cell: etree._Element, around: Around) -> None:
        for each in self._merged.take(cell):
            self._say_cell(each, around)

    def _say_cell(self, cell: etree._Element | None, around: Around) -> None:
        is_first = self._leaf is None
        if cell is not None and "".join(cell.itertext()).strip():
            if not is_first:
                self._say(" |" * (1 + (self._strokes or 0)) + " ", around)
            self._strokes = 0
            self._read_within(cell, around.marked(cell))
        elif not is_first:
            # An empty cell at the end leaves nothing; one within keeps the others in their column.
            self._strokes = (self._strokes or 0) + 1
        self._is_parted = True

    def _end_line(self, around: Around) -> None:
        if around.leaf is None and self._leaf is None:
            return
        self._into(around).parts.append(Break())
        self._is_parted = False

    def _say(self, words: str | None, around: Around) -> None:
        if not words:
            return
        is_pre = around.leaf == "pre"
        if self._leaf is None or not self._leaf.parts:
            words = words.lstrip("\n" if is_pre else SPACES)
            if not words:
                return
        leaf = self._into(around)
        if self._is_parted and _are_words(leaf.last_sign, words[0]):
            words = f" {words}"
        self._is_parted = False
        if self._number:
            leaf.parts.append(Run(self._number))
            self._number = ""
        leaf.parts.append(Run(words, around.marks))
        self._written += len(words) + sum(mark.length for mark in around.marks)
        if self._written > MOST_WRITTEN:
            raise TooMuchRepeated

    def _into(self, around: Around) -> Leaf:
        """Give the leaf that words go into: the open one, or a new one."""
        if self._leaf is None:
            before = self._containers
            self._go_to_item()
            self._leaf = self._containers[-1].bare_end() if around.leaf is None else None
            if self._leaf is None:
                self._leaf = Leaf(around.leaf)
                self._containers[-1].children.append(self._leaf)
            self._containers = before
            self._is_parted = False
        return self._leaf


def _is_line(row: etree._Element) -> bool:
    """Return whether a row of a table can be one line: no cell of it holds a block."""
    blocks = (CONTAINERS | LEAVES.keys()) - CELLS
    return not any(each.tag in blocks or each.tag == "br" for each in row.iterdescendants())


def _start(numbered: etree._Element) -> int:
    number = numbered.get("start", "").strip()[:6]
    return int(number) if number.isascii() and number.isdecimal() else 1


def _are_words(before: str, after: str) -> bool:
    """Return whether two signs would be read as one word, or as two sentences without a space."""
    return after.isalnum() and (before.isalnum() or before in ENDS_A_WORD) and before != ""
