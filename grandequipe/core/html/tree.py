"""A rich text as it is kept in memory while it is read and written: containers, leaves, runs."""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Mark:
    """What is done to some words: the name of its tag, and where a link leads."""

    name: str
    href: str = ""

    @property
    def length(self) -> int:
        """Count the characters of its tags."""
        return 2 * len(self.name) + len(self.href) + 5


@dataclass(slots=True)
class Run:
    """Words with the same marks, outermost first."""

    words: str
    marks: tuple[Mark, ...] = ()


@dataclass(slots=True)
class Break:
    """The end of a line within a leaf."""


@dataclass(slots=True)
class Leaf:
    """A paragraph, a heading, preformatted text; without a name: bare words of a container."""

    name: str | None
    parts: list[Run | Break] = field(default_factory=list)

    @property
    def last_sign(self) -> str:
        """Give the last character of its last line, or none."""
        last = self.parts[-1] if self.parts else None
        return last.words[-1:] if isinstance(last, Run) else ""


@dataclass(slots=True)
class Container:
    """A list, an item of one, a quotation; without a name: the whole text."""

    name: str | None
    children: list["Container | Leaf"] = field(default_factory=list)

    def leaves(self) -> Iterator[Leaf]:
        """Walk its leaves in order."""
        for child in self.children:
            if isinstance(child, Leaf):
                yield child
            else:
                yield from child.leaves()

    def bare_end(self) -> Leaf | None:
        """Give the bare words that it ends with, their line ended; words after them go on there."""
        while self.children and not any(_leaves(self.children[-1])):
            self.children.pop()
        last = self.children[-1] if self.children else None
        if not isinstance(last, Leaf) or last.name is not None:
            return None
        last.parts.append(Break())
        return last


def _leaves(child: Container | Leaf) -> Iterator[Leaf]:
    return iter([child]) if isinstance(child, Leaf) else child.leaves()
