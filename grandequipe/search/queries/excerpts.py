"""Marking in a text the words that were looked for, and cutting out of it where they stand.

Done here and not by `ts_headline`, which does not know words as they are folded for the search.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Self

from sqlalchemy import ARRAY, Text, bindparam, text

from grandequipe.extensions import db
from grandequipe.search.queries.conditions import Search

# Characters of an excerpt, and of it those before the first word that is marked.
LONGEST_EXCERPT, BEFORE = 240, 60
# Characters of a text that are looked at, and of a word that it has in common with its stem.
LOOKED_AT, COMMON = 250_000, 3
WORD = re.compile(r"[^\W_]+")
LEXEME = re.compile(r"'((?:[^'\\]|''|\\.)*)'(:\*)?")
SPACES = re.compile(r"\s+")
MARKED = text(
    "SELECT word FROM unnest(:words) AS word, search_fold(word) AS folded"
    " WHERE (to_tsvector('search_french', folded) || to_tsvector('search_english', folded)"
    " || to_tsvector('search_plain', folded) || search_forms(folded)) @@ CAST(:any AS tsquery)"
).bindparams(bindparam("words", type_=ARRAY(Text)))


class Run(NamedTuple):
    """Some words of a text, and whether they are marked."""

    text: str
    is_marked: bool = False


Marked = tuple[Run, ...]


class Marks(NamedTuple):
    """The words to mark, in lower case."""

    words: frozenset[str] = frozenset()

    def are_in(self, said: str) -> bool:
        """Return whether a text has one of them."""
        return any(word.lower() in self.words for word in WORD.findall(said[:LOOKED_AT]))

    def also(self, others: Self) -> Self:
        """Return these and others."""
        return self._replace(words=self.words | others.words)


def find_marks(search: Search, texts: Iterable[str]) -> Marks:
    """Find which words of some texts are those that a search looks for."""
    lexemes = LEXEME.findall(search.tsquery)
    if not lexemes:
        return Marks()
    beginnings = {_bare(lexeme.lstrip("="))[:COMMON] for lexeme, _ in lexemes}
    said = {word.lower() for each in texts for word in WORD.findall(each[:LOOKED_AT])}
    alike = [word for word in said if any(_bare(word).startswith(each) for each in beginnings)]
    if not alike:
        return Marks()
    any_of = " | ".join(f"'{lexeme}'{star}" for lexeme, star in lexemes)
    return Marks(frozenset(db.session.scalars(MARKED, {"words": alike, "any": any_of})))


def mark(said: str, marks: Marks, *, is_cut: bool = False) -> Marked:
    """Mark the words of a text; with `is_cut` only of a part of it, where most of them stand."""
    said = SPACES.sub(" ", said[:LOOKED_AT]).strip()
    if is_cut:
        said = _cut(said, marks)
    runs: list[Run] = []
    end = 0
    for found in WORD.finditer(said):
        if found[0].lower() in marks.words:
            if found.start() > end:
                runs.append(Run(said[end : found.start()]))
            runs.append(Run(found[0], is_marked=True))
            end = found.end()
    return (*runs, Run(said[end:])) if said[end:] else tuple(runs)


def _cut(said: str, marks: Marks) -> str:
    if len(said) <= LONGEST_EXCERPT:
        return said
    start = max(0, _best_place(said, marks) - BEFORE)
    # Between two words, where there is a space near.
    if start:
        space = said.find(" ", start, start + BEFORE // 2)
        start = space + 1 if space >= 0 else start
    end = start + LONGEST_EXCERPT
    if end < len(said):
        space = said.rfind(" ", end - BEFORE // 2, end)
        end = space if space >= 0 else end
    return ("… " if start else "") + said[start:end].strip() + (" …" if end < len(said) else "")


def _best_place(said: str, marks: Marks) -> int:
    """Find where most different words that are marked stand close to each other."""
    places = [
        (found.start(), found[0].lower())
        for found in WORD.finditer(said)
        if found[0].lower() in marks.words
    ]
    best, most = 0, 0
    for index, (start, _word) in enumerate(places):
        near = {word for place, word in places[index : index + 12] if place < start + 180}
        if len(near) > most:
            best, most = start, len(near)
    return best


def _bare(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.lower().replace("œ", "oe").replace("æ", "ae"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def plain(marked: Sequence[Run]) -> str:
    """Give the text without its marks."""
    return "".join(run.text for run in marked)
