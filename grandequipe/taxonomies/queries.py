"""Finding themes and territories by what people type."""

import unicodedata
from collections.abc import Iterable, Sequence

from sqlalchemy import case, func, select

from grandequipe.extensions import db
from grandequipe.taxonomies.models import Named, Territory, TerritoryKind, Theme, ThemeFamily

SUGGESTIONS = 12
SOCIAL_ECONOMY = {
    "fr": Named("Économie sociale et solidaire", "fr"),
    "en": Named("Social and solidarity economy", "en"),
}
# Unicode decomposes "é" but not these; and a curled apostrophe parts two words as a straight one.
SPELT_OUT = {ord("œ"): "oe", ord("æ"): "ae", ord("’"): " "}


def folded(words: str) -> str:
    """Write words without accents, case or punctuation, to compare what people type."""
    bare = unicodedata.normalize("NFKD", words.casefold().translate(SPELT_OUT))
    letters = "".join(sign if sign.isalnum() else " " for sign in bare if sign.isascii())
    return " ".join(letters.split())


def searched(words: str) -> list[str]:
    """Give the words of a question, letters and digits alone; other scripts as they are."""
    plain = unicodedata.normalize("NFKC", words).casefold().split()
    return [part for word in plain for part in _looked_for(word)]


def _looked_for(word: str) -> list[str]:
    if folded(word) and not _has_other_letters(word):
        return folded(word).split()
    signs = (sign if sign.isalnum() or _is_mark(sign) else " " for sign in word)
    return "".join(signs).split()


def _is_mark(sign: str) -> bool:
    return unicodedata.category(sign) in ("Mn", "Mc", "Cf")


def _has_other_letters(word: str) -> bool:
    bare = unicodedata.normalize("NFKD", word.translate(SPELT_OUT))
    return any(sign.isalnum() and not sign.isascii() for sign in bare)


def list_themes() -> Sequence[Theme]:
    """List all themes in the order of the nomenclature."""
    return db.session.scalars(select(Theme).order_by(Theme.family, Theme.rank)).all()


def list_themes_by_heading(locale: str) -> dict[Named, list[Theme]]:
    """List all themes under the one that they belong to, the tags of the ESS under their name."""
    headings: dict[Named, list[Theme]] = {}
    for theme in list_themes():
        is_tag = theme.family is ThemeFamily.SOCIAL_ECONOMY
        heading = SOCIAL_ECONOMY[locale] if is_tag else (theme.parent or theme).named_in(locale)
        headings.setdefault(heading, []).append(theme)
    return headings


def find_themes(slugs: Iterable[str]) -> Sequence[Theme]:
    """Find the themes with these slugs; unknown slugs are absent from the answer."""
    return db.session.scalars(select(Theme).where(Theme.slug.in_(list(slugs)))).all()


def find_territories(words: Iterable[str]) -> Sequence[Territory]:
    """Find territories by code ("D93") or by label ("Bagnolet (93)"); unknown ones are absent."""
    # No territory has this sign, and the database does not even look for it.
    known = [word for word in words if "\x00" not in word]
    return db.session.scalars(
        select(Territory).where(Territory.code.in_(known) | Territory.label.in_(known))
    ).all()


def list_territories_like(typed: str) -> Sequence[Territory]:
    """List the territories whose name starts with, or else holds, what was typed."""
    words = folded(typed)
    if not words:
        return []
    starts = Territory.search_name.startswith(words, autoescape=True)
    wide_first = case(
        {TerritoryKind.REGION: 0, TerritoryKind.DEPARTMENT: 1}, value=Territory.kind, else_=2
    )
    return db.session.scalars(
        select(Territory)
        .where(Territory.search_name.contains(words, autoescape=True))
        .order_by(starts.desc(), wide_first, func.length(Territory.name), Territory.name)
        .limit(SUGGESTIONS)
    ).all()
