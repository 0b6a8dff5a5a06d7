"""The terms of what was typed into the search box: words, "phrases", -minus and beginnings*."""

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Self

from flask_babel import gettext as _

from grandequipe.core.errors import Invalid
from grandequipe.core.text_validation import too_long

# Characters, and words and phrases together: what is longer is a text, no search.
LONGEST_TYPED = 300
MOST_TERMS = 12

_QUOTES = {ord(each): '"' for each in "«»“”„‟"}
_TERM = re.compile(r'(?P<minus>(?<!\S)[-−])?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')


@dataclass(frozen=True)
class Term:
    """A word or a phrase; `is_prefix` for the beginning of a word, `is_excluded` after a minus."""

    text: str
    is_prefix: bool = False
    is_excluded: bool = False

    @property
    def is_word(self) -> bool:
        """Return whether it is one whole word that is looked for: what can be a typing error."""
        return self.text.isalpha() and not self.is_prefix and not self.is_excluded


@dataclass(frozen=True)
class Typed:
    """The terms of a search in the order in which they were typed; none where nothing is said."""

    terms: tuple[Term, ...] = ()

    @property
    def wanted(self) -> tuple[Term, ...]:
        """List the terms that are looked for."""
        return tuple(term for term in self.terms if not term.is_excluded)

    @property
    def excluded(self) -> tuple[Term, ...]:
        """List the terms that nothing found may have."""
        return tuple(term for term in self.terms if term.is_excluded)

    def with_word(self, index: int, word: str) -> Self:
        """Return the same with another word in the place of one."""
        terms = list(self.terms)
        terms[index] = replace(terms[index], text=word)
        return replace(self, terms=tuple(terms))

    def as_unfinished(self) -> Self:
        """Return the same while it is being typed: its last word may go on."""
        if not self.terms or not self.terms[-1].is_word:
            return self
        return replace(self, terms=(*self.terms[:-1], replace(self.terms[-1], is_prefix=True)))

    def __str__(self) -> str:
        return " ".join(_written(term) for term in self.terms)


def read_typed(typed: str) -> Typed:
    """Read what was typed; raise Invalid (`q`) where it is too long to be a search."""
    if len(typed) > LONGEST_TYPED:
        raise Invalid({"q": too_long(LONGEST_TYPED)})
    plain = unicodedata.normalize("NFC", typed).translate(_QUOTES)
    plain = "".join(char if char.isprintable() else " " for char in plain)
    terms = tuple(term for found in _TERM.finditer(plain) if (term := _term(found)) is not None)
    if len(terms) > MOST_TERMS:
        raise Invalid({"q": _("Search for no more than %(number)d words.", number=MOST_TERMS)})
    return Typed(terms)


def _term(found: re.Match[str]) -> Term | None:
    text = found["phrase"] if found["phrase"] is not None else found["word"]
    is_prefix = found["phrase"] is None and text.endswith("*") and text[:-1].isalpha()
    text = text.strip(" \t.,;:!?…*()[]{}/\\|&<>=+-−'’")
    if not any(char.isalnum() for char in text):
        return None
    return Term(text, is_prefix, bool(found["minus"]))


def _written(term: Term) -> str:
    text = f'"{term.text}"' if " " in term.text else term.text
    return ("-" if term.is_excluded else "") + text + ("*" if term.is_prefix else "")
