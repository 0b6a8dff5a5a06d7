"""Words that mean one thing find each other, as French has it."""

from itertools import combinations

import pytest
from flask import Flask
from sqlalchemy import text

from grandequipe.extensions import db
from tests.search.word_families import FAMILIES

JOINED = text(
    "SELECT to_tsvector('search_french', search_fold(:written))"
    " @@ phraseto_tsquery('search_french', search_fold(:typed))"
)
LEAST_JOINED, ALL_PAIRS = 100, 126


def test_french_words_of_a_family_find_each_other(app: Flask) -> None:
    pairs = [pair for family in FAMILIES for pair in combinations(family, 2)]
    assert len(FAMILIES) == 30
    assert len(pairs) == ALL_PAIRS
    apart = [pair for pair in pairs if not joins(*pair)]
    assert len(pairs) - len(apart) >= LEAST_JOINED, apart


def joins(written: str, typed: str) -> bool:
    return bool(db.session.scalar(JOINED, {"written": written, "typed": typed}))


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Habitant·e·s", "habitant"),
        ("habitant.e.s du quartier", "habitant du quartier"),
        ("habitant-e-s", "habitant"),
        ("chargé(e)s", "chargé"),
        ("animateur/trice", "animateur"),
        ("acteur·rices", "acteur"),
        ("les rénovées", "  rénové"),
        ("prends-le", "prends le"),
        ("porte-parole", "porte parole"),
        ("et/ou", "et ou"),
        ("l’été", "l'été"),
    ],
)
def test_spellings_are_folded_before_words_are_told_apart(
    app: Flask, written: str, folded: str
) -> None:
    assert db.session.scalar(text("SELECT search_fold(:w)"), {"w": written}) == folded
