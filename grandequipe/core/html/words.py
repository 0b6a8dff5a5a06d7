"""From a rich text to plain words: on one line, as a summary, or as lines that one can edit."""

import re
from collections.abc import Iterator
from itertools import groupby

from grandequipe.core.html.elements import LISTS, RAISED
from grandequipe.core.html.tree import Break, Container, Leaf, Run

SPACES = re.compile(r"[^\S\u00a0\u202f]+")
BULLET = re.compile(r"^[-–—•·*]\s+")
# What ends a sentence, or announces the next one, parts it from the next as well.
ENDS_ITSELF = (".", "!", "?", "…", ":", ";", ",")
SUMMARY_LENGTH = 220
DEEPEST_SIGNS = 8

HIGH = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
LOW = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
SIGNS = {"sup": ("^", HIGH), "sub": ("_", LOW)}
# The ends of abbreviations, which are read on the line as well: 1er, XIXe, Mme, 2nd.
ENDS_OF_WORDS = {
    "d", "de", "e", "eme", "er", "ers", "es", "gr", "lle", "lles", "me", "mes", "nd", "nde", "o",
    "os", "rd", "re", "st", "th", "tm", "ème", "èmes", "ère", "ères",
}  # fmt: skip


def one_line(text: Container) -> str:
    """Give the words of a text on one line; spaces that must not break stay so."""
    return " ".join(line for block in _blocks(text) for line in block)


def summary(text: Container, length: int = SUMMARY_LENGTH) -> str:
    """Give the first words of a text, cut between two words, what stands apart kept apart."""
    words = ""
    for line, begins_block in _lines(text):
        if not words:
            words = line
        elif words.endswith(ENDS_ITSELF) or not (begins_block or _begins_anew(line)):
            words += f" {line}"
        else:
            words += f" · {BULLET.sub('', line)}"
        if len(words) > length:
            break
    if len(words) <= length:
        return words
    return words[:length].rsplit(" ", 1)[0].rstrip(" ,;:.·") + "…"


def editable(text: Container) -> str:
    """Give the words of a text with a line for each of its lines, to be edited as plain words."""
    return "\n\n".join(_written(text)).strip()


def _begins_anew(line: str) -> bool:
    """Return whether a line within a block is more than the rest of the line before."""
    return not line[:1].islower()


def _lines(text: Container) -> Iterator[tuple[str, bool]]:
    """Give each line that has words, and whether it is the first of its block."""
    for block in _blocks(text):
        for index, line in enumerate(block):
            yield line, index == 0


def _blocks(text: Container) -> Iterator[list[str]]:
    for leaf in text.leaves():
        lines = [SPACES.sub(" ", line).strip() for line in _lines_of(leaf)]
        if shown := [line for line in lines if line.strip("\u00a0\u202f")]:
            yield shown


def _lines_of(leaf: Leaf) -> Iterator[str]:
    for is_end, parts in groupby(leaf.parts, lambda part: isinstance(part, Break)):
        if is_end:
            yield from [""] * (sum(1 for _ in parts) - 1)
        else:
            words = "".join(_raised(raised, runs) for raised, runs in groupby(parts, _raising))
            yield from words.split("\n") if leaf.name == "pre" else [words]


def _raising(run: Run | Break) -> str | None:
    """Say whether words stand above or below their line."""
    marks = run.marks if isinstance(run, Run) else ()
    return next((mark.name for mark in marks if mark.name in RAISED), None)


def _raised(raised: str | None, runs: Iterator[Run | Break]) -> str:
    """Write raised words so that they are no part of the number or the word before them."""
    words = "".join(run.words for run in runs if isinstance(run, Run))
    if raised is None or not (words[:1].isalnum() or words[:1] in "+-−=("):
        return words
    sign, signs = SIGNS[raised]
    moved = words.translate(signs)
    if not any(mine == theirs for mine, theirs in zip(words, moved, strict=True)):
        return moved
    return words if words.strip().lower() in ENDS_OF_WORDS else f"{sign}({words.strip()})"


def _written(container: Container, depth: int = 0) -> Iterator[str]:
    """Write each block of a container, with a sign before those that are more than a paragraph.

    What stands deeper than DEEPEST_SIGNS has no sign of its own: one on each line for each level
    would make a hundred times the text.
    """
    for number, child in enumerate(container.children, start=1):
        if isinstance(child, Leaf):
            lines = _lines_of(child)
            written = "\n".join(lines if child.name == "pre" else map(str.strip, lines))
        elif child.name in LISTS:
            written = "\n".join(_written(child, depth))
        elif depth >= DEEPEST_SIGNS:
            written = _inner(child, depth)
        elif child.name == "li":
            sign = f"{number}. " if container.name == "ol" else "- "
            written = _indented(_inner(child, depth + 1), sign)
        else:
            lines = iter(_inner(child, depth + 1).split("\n"))
            written = "\n".join(f"> {line}".strip() for line in lines)
        if written.strip():
            yield written


def _inner(container: Container, depth: int) -> str:
    between = "\n" if container.name == "li" else "\n\n"
    return between.join(_written(container, depth))


def _indented(words: str, sign: str) -> str:
    return sign + words.replace("\n", "\n" + " " * len(sign))
