"""From a rich text to HTML: the same text is always written the same way."""

from collections.abc import Iterator
from html import escape

from grandequipe.core.html.tree import Break, Container, Leaf, Mark


def write(text: Container) -> str:
    """Write a whole text."""
    return _container(text)


def _container(container: Container) -> str:
    inner = "".join(
        _leaf(child) if isinstance(child, Leaf) else _container(child)
        for child in container.children
    )
    return f"<{container.name}>{inner}</{container.name}>" if container.name and inner else inner


def _leaf(leaf: Leaf) -> str:
    inner = "".join(_parts(leaf))
    if leaf.name != "pre":
        inner = inner.rstrip(" \t\n\r\f")
    return f"<{leaf.name}>{inner}</{leaf.name}>" if leaf.name and inner else inner


def _parts(leaf: Leaf) -> Iterator[str]:
    opened: tuple[Mark, ...] = ()
    breaks = 0
    for part in leaf.parts:
        if isinstance(part, Break):
            breaks += 1
            continue
        kept = _shared(opened, part.marks)
        yield _closing(opened[kept:]) + "<br>" * breaks
        yield "".join(map(_opening, part.marks[kept:])) + escape(part.words, quote=False)
        opened, breaks = part.marks, 0
    yield _closing(opened) + "<br>" * breaks


def _shared(one: tuple[Mark, ...], other: tuple[Mark, ...]) -> int:
    """Count the outermost marks that both have."""
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        count += 1
    return count


def _closing(marks: tuple[Mark, ...]) -> str:
    return "".join(f"</{mark.name}>" for mark in reversed(marks))


def _opening(mark: Mark) -> str:
    return f'<a href="{escape(mark.href)}">' if mark.name == "a" else f"<{mark.name}>"
