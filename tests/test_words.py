"""Code, tests and documents use the words of docs/glossary.md, and none of the former ones."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.site import PROJECT

ROOTS = ("grandequipe", "tests", "benchmarks", "assets", "docs")
SUFFIXES = {".py", ".html", ".txt", ".css", ".js", ".mjs", ".md"}
# Migrations that landed name the schema of their time; catalogues and the demo's texts are French.
LEFT_OUT = re.compile(
    r"migrations/versions/|translations/|static/dist/|demo/texts/|/test_words\.py"
)

# The former word, and the glossary's words in its place.
FORMER = {
    r"letters?": "digest, or mail; character, of an alphabet",
    r"story|stories": "post, DigestPost",
    r"tell(?:s|ing)?|told": "record, notify, return, say",
    r"rings?|rang|ringing": "broadcast, notify",
    r"facts?": "event, EventRecord; detail, of a card",
    r"journals?": "event log",
    r"aside": "run_in_thread; a handler is set aside",
    r"doubt(?:s|ful)?": "uncertain",
    r"standing": "membership",
    r"desks?": "ConnectionRegistry",
    r"tie[sd]?": "membership",
    r"faces?": "PostCard",
    r"tickets?": "Credentials",
    r"house": "site, package, session_app",
    r"whoever": "a noun: the sender, the member who",
}
WORD = re.compile(rf"(?<![a-z])(?:{'|'.join(FORMER)})(?![a-z])", re.IGNORECASE)
HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
PRONOUN = re.compile(r"(?:^|[.;:]\s+)(?:Whoever|Who|What was|What nobody|That which|Nobody)\b")

# Names that are stored, that other programs have, or that HTML, CSS and Python give.
KEPT = re.compile(
    "|".join(
        (
            r"digests\.send_letter", r"<letter\.", r"letter: take back", r"[\"'`]letters[\"'`]",
            r"limit_letters|LIMIT_LETTERS",  # a setting of operators
            r"set[ _]\s*aside|sets? it aside", r"stored_as=\"\w+\"", r"\"\w+\.(?:\w+\.)?tell_\w+\"",
            r"</?aside|\"aside\"|\bASIDE\b", r"\.tell\(\)", r"letter-spacing", r"@font-face",
            r"\"house\"",  # an icon
            r"(?:moderation|administration)/journal",  # the addresses of pages
            r"test_house_rules",
            r"\bn?_?(?:gettext|ngettext|_)\(\s*\"(?:[^\"\\]|\\.)*\"(?:\s*,\s*\"(?:[^\"\\]|\\.)*\")?",
        )
    )
)  # fmt: skip
# Words that a file must name, because it is about them.
ABOUT = {
    "tests/core/test_migrations.py": {"fact", "tell"},  # rows of a former schema
    "docs/decisions/streams-have-ids.md": {"fact"},
    "docs/decisions/a-notification-is-a-topic.md": {"fact"},
    "grandequipe/core/names.py": {"desk"},  # a word that no name may have
    "tests/core/test_names.py": {"desk"},
}


# Names of parameters and classes that say nothing of their value.
EMPTY_NAMES = {"asked": "params, requested", "given": "params, kwargs, fields", "Words": "a type"}


def list_files() -> Iterator[Path]:
    for root in ROOTS:
        for path in sorted((PROJECT / root).rglob("*")):
            if path.suffix in SUFFIXES and not LEFT_OUT.search(str(path)):
                yield path


def former_words(text: str) -> set[str]:
    """Find the former words in names, sentences and parts of names."""
    return {word.lower() for word in WORD.findall(HUMP.sub("_", KEPT.sub("", text)))}


def sentences_of(text: str) -> Iterator[str]:
    """Give the docstrings and comments of a module; a comment of several lines is one."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield ast.get_docstring(node) or ""
    comment, last = "", 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            if token.start[0] != last + 1:
                yield comment
                comment = ""
            comment, last = f"{comment} {token.string.lstrip('# ')}".lstrip(), token.start[0]
    yield comment


def names_bound_in(text: str) -> set[str]:
    """Give the names of arguments, variables, functions and classes that a module binds."""
    nodes = list(ast.walk(ast.parse(text)))
    defined = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return (
        {node.arg for node in nodes if isinstance(node, ast.arg)}
        | {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        | {node.name for node in nodes if isinstance(node, defined)}
    )


def test_no_former_word_is_used() -> None:
    found = {}
    for path in list_files():
        name = str(path.relative_to(PROJECT))
        words = (former_words(path.read_text()) | former_words(name)) - ABOUT.get(name, set())
        found |= {name: words} if words else {}
    assert found == {}


def test_no_docstring_begins_a_sentence_with_a_pronoun_for_a_noun() -> None:
    found = {
        f"{path.relative_to(PROJECT)}: {sentence.strip()[:80]}"
        for path in list_files()
        if path.suffix == ".py"
        for sentence in sentences_of(path.read_text())
        if PRONOUN.search(sentence)
    }
    assert found == set()


def test_no_name_of_the_package_is_empty() -> None:
    found = {
        f"{path.relative_to(PROJECT)}: {name}"
        for path in sorted((PROJECT / "grandequipe").rglob("*.py"))
        if not LEFT_OUT.search(str(path))
        for name in names_bound_in(path.read_text())
        if name in EMPTY_NAMES
    }
    assert found == set()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('"""Tell whoever asks."""', {"tell", "whoever"}),
        ("class StoryFace: ...", {"story", "face"}),
        ("letters_folder = HOUSE / 'a'", {"letters", "house"}),
        ("# It is set aside; run_aside() is not.", {"aside"}),
        ("letter-spacing: 0; restore(storyboard, theory)", set()),
        ('flash(_("We told you."))', set()),
    ],
)
def test_the_check_finds_former_words_alone(text: str, words: set[str]) -> None:
    assert former_words(text) == words


@pytest.mark.parametrize(
    "sentence", ["Who asks.", "It stays. What was sent goes.", "Nobody has it."]
)
def test_the_check_finds_pronouns_that_begin_a_sentence(sentence: str) -> None:
    text = f'def f():\n    """{sentence}"""\n    # A member who asks.\n'
    assert [each for each in sentences_of(text) if PRONOUN.search(each)] == [sentence]
