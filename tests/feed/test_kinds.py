"""What a kind is stands in one place; a seventh kind touches few files."""

import re

import pytest
from flask import Flask
from flask_babel import force_locale

from grandequipe.feed.models import KIND_BY_PATH, KINDS, Kind
from tests.site import PROJECT

REGISTRY = "feed/models/kind_registry.py"
# What a further kind adds: an entry, a class, an input, a form, its own fields if it has any, and
# a migration.
PLACES = {
    REGISTRY,
    "feed/models/kinds.py",
    "feed/models/inputs/kinds.py",
    "feed/forms/kinds.py",
    "web/templates/macros/own_fields.html",
}
SOURCES = ("*.py", "*.html", "*.txt", "*.css", "*.js")
# A list of most kinds has to be continued by a seventh; what is peculiar to one kind has not.
MOST = 4


def test_a_seventh_kind_touches_six_files() -> None:
    package = PROJECT / "grandequipe"
    paths = [path for pattern in SOURCES for path in package.rglob(pattern)]
    paths += [path for pattern in SOURCES for path in (PROJECT / "assets").rglob(pattern)]
    enumerations = {
        str(path.relative_to(package if path.is_relative_to(package) else PROJECT))
        for path in paths
        if not {"migrations", "static"} & set(path.parts) and len(kinds_named(path)) >= MOST
    }
    assert enumerations == PLACES
    assert len({*PLACES, "migrations/versions/…"}) <= 6


def kinds_named(path) -> set[Kind]:
    """Find the kinds that a file names: by the enumeration, the stored value, the address."""
    text = path.read_text()
    return {
        kind
        for kind in Kind
        if re.search(
            rf"Kind\.{kind.name}\b|[\"']({kind.value}|{KINDS[kind].path})[\"']"
            rf"|--{kind.value}\b|\.kind-{kind.value}\b",
            text,
        )
    }


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_is_described_in_both_languages(app: Flask, kind: Kind) -> None:
    described = KINDS[kind]
    assert KIND_BY_PATH[described.path] is kind
    said = {}
    for language in ("fr", "en"):
        with force_locale(language):
            words = described.word, described.words, described.counted(2), described.purpose
            said[language] = [str(each) for each in words]
    differing = [french != english for french, english in zip(said["fr"], said["en"], strict=True)]
    assert differing == [True] * len(differing)


def test_kinds_differ_in_all_that_distinguishes_them() -> None:
    for name in ("path", "icon", "colour", "urgency"):
        assert len({getattr(each, name) for each in KINDS.values()}) == len(Kind)
