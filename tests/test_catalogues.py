"""Both catalogues are complete, and the French one has French typography."""

import itertools
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
CATALOGUES = ROOT / "grandequipe" / "translations"
LANGUAGES = ("fr", "en")
PLACES = re.compile(r"%\(\w+\)s|%\(\w+\)d|\{\w+\}")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Extract the messages of the source, as `make messages` does."""
    path = tmp_path_factory.mktemp("messages") / "messages.pot"
    subprocess.run(
        [
            *(sys.executable, "-m", "babel.messages.frontend", "-q", "extract"),
            *("-F", "pyproject.toml", "-k", "lazy_gettext", "-k", "_l", "-o", str(path), "."),
        ],
        cwd=ROOT,
        check=True,
    )
    with path.open("rb") as file:
        return read_po(file)


def catalogue(language: str) -> Catalog:
    """Read the catalogue of a language."""
    with (CATALOGUES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def forms(message: Message) -> tuple[str, ...]:
    """Give the singular and plural of a translation, or its one form."""
    translation = message.string
    return translation if isinstance(translation, tuple) else (translation,)


def sentences(language: str) -> Iterator[tuple[Message, str]]:
    """List the messages of a language with each form of their translation."""
    for message in catalogue(language):
        if message.id:
            yield from ((message, form) for form in forms(message))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_says_all_and_nothing_else(language: str, template: Catalog) -> None:
    wanted = {message.id for message in template if message.id}
    said = {message.id for message in catalogue(language) if message.id and all(forms(message))}
    assert wanted - said == set()
    assert said - wanted == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_keeps_its_places(language: str) -> None:
    for message, form in sentences(language):
        sources = message.id if isinstance(message.id, tuple) else (message.id,)
        allowed = set().union(*(PLACES.findall(source) for source in sources))
        assert set(PLACES.findall(form)) <= allowed, form
        if not isinstance(message.id, tuple):
            assert set(PLACES.findall(form)) == allowed, form


def test_no_sentence_waits_for_a_second_look() -> None:
    assert [
        message.id
        for each in LANGUAGES
        for message in catalogue(each)
        if message.fuzzy and message.id
    ] == []


def test_french_has_french_spaces_and_signs() -> None:
    wrong = [form for _message, form in sentences("fr") if is_badly_set(form)]
    assert wrong == []


def test_french_has_one_word_for_an_e_mail() -> None:
    others = re.compile(r"courriel|électronique|\bemail|\bmél\b", re.IGNORECASE)
    said = [form for _message, form in sentences("fr") if others.search(PLACES.sub("", form))]
    assert said == []


def is_badly_set(form: str) -> bool:
    """Return whether a sign lacks its no-break space, or an apostrophe is straight."""
    text = re.sub(r"https?://\S+", "", PLACES.sub("x", form))
    if "'" in text or " :" in text or "« " in text or " »" in text or '"' in text:
        return True
    return any(
        sign in ";!?" and before not in "\u202f\u00a0" for before, sign in itertools.pairwise(text)
    )


def test_the_typography_check_itself_finds_faults() -> None:
    assert is_badly_set("Vraiment ?")
    assert is_badly_set("l'heure")
    assert is_badly_set("Objet :")
    assert is_badly_set("« Non »")
    assert not is_badly_set("Vraiment\u202f? L’heure\u00a0: «\u00a0huit\u00a0»")
