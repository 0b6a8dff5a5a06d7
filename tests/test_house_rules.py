"""The rules of the source that import-linter and ruff do not hold (see docs/architecture.md)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "grandequipe"
SOURCES = sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)
FORBIDDEN_NAMES = {"utils.py", "helpers.py", "managers.py", "misc.py", "common.py"}
BELOW_THE_EDGE = {"models", "events", "queries", "policies", "services"}
LONGEST_FILE = 400


def named(path: Path) -> str:
    """Give the path of a file from the project's root."""
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    """Walk the functions of a file."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            yield node


def is_below_the_edge(path: Path) -> bool:
    """Return whether a file holds models, events, queries, policies or services."""
    return path.stem != "tasks" and bool(
        BELOW_THE_EDGE & {path.stem, *path.relative_to(PACKAGE).parts}
    )


def test_no_file_is_a_drawer_for_anything() -> None:
    assert [named(path) for path in SOURCES if path.name in FORBIDDEN_NAMES] == []


def test_a_file_that_grew_became_a_folder() -> None:
    sizes = {named(path): len(path.read_text().splitlines()) for path in SOURCES}
    assert {name: size for name, size in sizes.items() if size > LONGEST_FILE} == {}


def test_nothing_below_the_edge_commits_or_enqueues() -> None:
    forbidden = re.compile(
        r"session(\(\))?\.commit\(|\.(delay|apply_async)\(|current_user|from flask import"
    )
    sources = {named(path): path.read_text() for path in SOURCES if is_below_the_edge(path)}
    assert sources
    assert [name for name, text in sources.items() if forbidden.search(text)] == []


def test_services_say_who_acts_first() -> None:
    """A public service with a parameter of type Member has the actor as its first parameter.

    None is the command line, or a rule that acts by itself.
    """
    wrong = [
        f"{named(path)}: {function.name}"
        for path in SOURCES
        if "services" in {path.stem, *path.parts}
        for function in ast.parse(path.read_text()).body
        if isinstance(function, ast.FunctionDef)
        and not function.name.startswith("_")
        and "Member" in (taken := annotations_of(function))[1:]
        and taken[0] not in ("Member", "Member | None", "str")
    ]
    assert wrong == []


def annotations_of(function: ast.FunctionDef) -> list[str]:
    """List the annotations of the positional parameters, as source."""
    return [ast.unparse(each.annotation) for each in function.args.args if each.annotation]


def test_what_is_seen_is_seen_by_someone() -> None:
    """`seen_by` never has a default, so that no caller leaves it out."""
    wrong = [
        f"{named(path)}: {function.name}"
        for path in SOURCES
        if "queries" in {path.stem, *path.parts}
        for function in functions(path)
        if "seen_by" in with_default(function.args)
    ]
    assert wrong == []


def with_default(arguments: ast.arguments) -> list[str]:
    """List the parameters with a default."""
    positional = arguments.args[len(arguments.args) - len(arguments.defaults) :]
    pairs = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    keywords = [each for each, default in pairs if default is not None]
    return [each.arg for each in (*positional, *keywords)]


def test_lock_files_name_no_address() -> None:
    locks = [*ROOT.glob("*.lock"), ROOT / "package-lock.json"]
    assert locks
    for lock in locks:
        text = lock.read_text()
        assert not re.search(r"https?://|--find-links|\"resolved\"", text), lock.name


def test_no_package_replaces_a_view() -> None:
    """`view_functions` is only read: a package above uses a slot or a signal."""
    assert {path: wrong for path, wrong in replaced_views(SOURCES).items() if wrong} == {}


def replaced_views(sources: list[Path]) -> dict[str, list[int]]:
    """Give the lines that do anything with `view_functions` but look an endpoint up."""
    return {
        named(path): sorted(uses(tree, "view_functions") - looked_up(tree, "view_functions"))
        for path in sources
        for tree in [ast.parse(path.read_text())]
    }


def uses(tree: ast.AST, name: str) -> set[int]:
    """Give the lines on which an attribute of this name stands."""
    nodes = ast.walk(tree)
    return {node.lineno for node in nodes if isinstance(node, ast.Attribute) and node.attr == name}


def looked_up(tree: ast.AST, name: str) -> set[int]:
    """Give the lines of `x.name[key]` that is not assigned to, and of `x.name.get(key)`."""
    return {
        node.lineno
        for node in ast.walk(tree)
        if (isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load))
        or (isinstance(node, ast.Attribute) and node.attr == "get")
        if isinstance(node.value, ast.Attribute) and node.value.attr == name
    }


def test_templates_hold_no_inline_code() -> None:
    """The content security policy forbids style attributes, event handlers and inline scripts."""
    for path in PACKAGE.rglob("templates/**/*.html"):
        text = re.sub(r"{#.*?#}", "", path.read_text(), flags=re.S)
        if re.search(r"mail|digest\.html", str(path.relative_to(PACKAGE))):
            continue  # mails have no content security policy, and mail clients drop style sheets
        assert not re.search(r"\son[a-z]+=", text), named(path)
        assert not re.search(r"<[^>]*\sstyle=", text), named(path)
