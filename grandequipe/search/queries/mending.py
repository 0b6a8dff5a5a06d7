"""Typing errors: the word that was meant, where the reader finds nothing with the one typed.

A word is said only where an entry that the reader may find has it: what others wrote where they do
not read is not given away, neither by a word nor by the lack of one.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import exists, func, select

from grandequipe.extensions import db
from grandequipe.search.models import SearchEntry, SearchWord
from grandequipe.search.queries.conditions import (
    Filters,
    Search,
    SearchShape,
    as_statement,
    read_tsquery,
    search_params,
)
from grandequipe.search.queries.typed import Term, Typed

SHORTEST, SHORTEST_FOR_TWO = 4, 7
MOST_ALIKE, MOST_TRIED = 60, 8


def find_meant(typed: Typed, search: Search) -> Typed | None:
    """Find what was probably meant; None where every word is there, or no other is like it."""
    mended = typed
    anywhere = replace(search, filters=Filters())
    for index, term in enumerate(typed.terms):
        if not term.is_word or len(term.text) < SHORTEST or _is_known(term, anywhere):
            continue
        word = _find_alike(term.text, anywhere)
        if word is None:
            return None
        mended = mended.with_word(index, word)
    return mended if mended != typed else None


def _is_known(term: Term, search: Search) -> bool:
    return _finds(replace(search, tsquery=read_tsquery(Typed((term,)))))


def _finds(search: Search) -> bool:
    if not search.tsquery:
        return True
    return bool(db.session.scalar(_exists(as_statement(search)), search_params(search)))


@cache
def _exists(shape: SearchShape) -> Any:
    return select(exists(select(SearchEntry.id).where(shape.finds())))


def _find_alike(typed: str, search: Search) -> str | None:
    for word, plain in _list_alike(typed):
        if _finds(replace(search, tsquery=f"'={plain}'")):
            return word
    return None


def _list_alike(typed: str) -> Sequence[tuple[str, str]]:
    """List words that are spelt nearly like one, the nearest first."""
    plain = db.session.scalar(select(func.unaccent(func.search_fold(typed)))) or ""
    nearest = (
        select(SearchWord.word, SearchWord.plain)
        .where(SearchWord.plain.op("%")(plain))
        .order_by(func.similarity(SearchWord.plain, plain).desc(), SearchWord.plain)
        .limit(MOST_ALIKE)
    )
    most = 1 if len(plain) < SHORTEST_FOR_TWO else 2
    rows = dict.fromkeys((row.word, row.plain) for row in db.session.execute(nearest))
    measured = sorted(
        (distance(plain, other, most), index, word, other)
        for index, (word, other) in enumerate(rows)
        if other.isalpha()
    )
    return [(word, other) for far, _, word, other in measured if far <= most][:MOST_TRIED]


def distance(one: str, other: str, most: int) -> int:
    """Count the characters to insert, leave out, change or swap with the next; at most `most` + 1.

    The distance of Damerau and Levenshtein, without moves of what was swapped.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, char in enumerate(one, 1):
        line = [row]
        for column, another in enumerate(other, 1):
            cost = min(last[column] + 1, line[column - 1] + 1, last[column - 1] + (char != another))
            if row > 1 and column > 1 and (char, one[row - 2]) == (other[column - 2], another):
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        before, last = last, line
    return min(last[-1], most + 1)
