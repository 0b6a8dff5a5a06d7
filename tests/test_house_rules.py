"""The rules of the house that an import graph does not show (see docs/architecture.md)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parent.parent
HOUSE = ROOT / "grandequipe"
SOURCES = sorted(path for path in HOUSE.rglob("*.py") if "migrations" not in path.parts)
FORBIDDEN_NAMES = {"utils.py", "helpers.py", "managers.py", "misc.py", "common.py"}
BELOW_THE_EDGE = {"models", "events", "queries", "policies", "services"}
LONGEST_FILE = 200
LONGEST_MEDIAN = 8


def named(path: Path) -> str:
    """Name a file as the tests print it."""
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    """Walk the functions of a file."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            yield node


def is_below_the_edge(path: Path) -> bool:
    """Tell whether a file holds models, events, queries, policies or services."""
    return bool(BELOW_THE_EDGE & {path.stem, *path.relative_to(HOUSE).parts})


def test_no_file_is_a_drawer_for_anything() -> None:
    assert [named(path) for path in SOURCES if path.name in FORBIDDEN_NAMES] == []


def test_a_file_that_grew_became_a_folder() -> None:
    sizes = {named(path): len(path.read_text().splitlines()) for path in SOURCES}
    assert {name: size for name, size in sizes.items() if size > LONGEST_FILE} == {}


def test_functions_are_short() -> None:
    lengths = [
        function.end_lineno - function.lineno + 1
        for path in SOURCES
        for function in functions(path)
        if function.end_lineno
    ]
    assert median(lengths) <= LONGEST_MEDIAN


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_a_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text())), "a module starts with a sentence"


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_a_public_function_says_what_it_does(path: Path) -> None:
    tree = ast.parse(path.read_text())
    silent = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


@pytest.mark.parametrize("path", list(filter(is_below_the_edge, SOURCES)), ids=named)
def test_nothing_below_the_edge_commits_or_enqueues(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"session(\(\))?\.commit\(", text)
    assert not re.search(r"\.(delay|apply_async)\(", text)
    assert "current_user" not in text
    assert "from flask import" not in text


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_time_comes_through_one_door(path: Path) -> None:
    if path == HOUSE / "core" / "clock.py":
        return
    assert not re.search(r"datetime\.(now|utcnow|today)\(|date\.today\(", path.read_text())


@pytest.mark.parametrize("path", [path for path in SOURCES if "services" in str(path)], ids=named)
def test_services_say_who_acts_first(path: Path) -> None:
    """A public service that takes a member takes the one who acts first."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            taken = [ast.unparse(each.annotation) for each in node.args.args if each.annotation]
            assert "Member" not in taken[1:] or taken[0] in ("Member", "str"), node.name


@pytest.mark.parametrize("path", [path for path in SOURCES if "queries" in str(path)], ids=named)
def test_what_is_seen_is_seen_by_someone(path: Path) -> None:
    """`seen_by` never has a default: nobody forgets to say who reads."""
    for function in functions(path):
        arguments = function.args
        with_default = arguments.args[len(arguments.args) - len(arguments.defaults) :]
        with_default += [
            each
            for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
            if default is not None
        ]
        assert "seen_by" not in [each.arg for each in with_default], function.name


def test_lock_files_name_no_address() -> None:
    locks = [*ROOT.glob("*.lock"), ROOT / "package-lock.json"]
    assert locks
    for lock in locks:
        text = lock.read_text()
        assert not re.search(r"https?://|--find-links|\"resolved\"", text), lock.name


def test_templates_hold_no_inline_code() -> None:
    """The content policy would refuse it: no style attribute, no handler, no bare script."""
    for path in HOUSE.rglob("templates/**/*.html"):
        text = re.sub(r"{#.*?#}", "", path.read_text(), flags=re.S)
        if re.search(r"mail|letter\.html", str(path.relative_to(HOUSE))):
            continue  # a letter has no content policy, and mail clients drop style sheets
        assert not re.search(r"\son[a-z]+=", text), named(path)
        assert not re.search(r"<[^>]*\sstyle=", text), named(path)
