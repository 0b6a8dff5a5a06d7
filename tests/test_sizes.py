"""Files hold one noun each, and the Python of the package is more than imports."""

import ast
from pathlib import Path

from tests.site import PROJECT

PACKAGE = PROJECT / "grandequipe"
MOST_LINES = 400
# It may only fall: 0.12 is wanted. Merge modules that share a noun, import a module instead of
# many of its names, and drop re-exports.
MOST_IMPORTS = 0.193


def list_modules() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if path.parent.name != "versions"]


def import_lines(text: str) -> set[int]:
    """Give the numbers of the lines of all import statements."""
    return {
        line
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }


def count_lines(name: str, text: str) -> tuple[int, int]:
    """Count the lines of imports and of `__init__.py`, and all; blank lines are not counted."""
    written = {number for number, line in enumerate(text.split("\n"), 1) if line.strip()}
    imports = written if name == "__init__.py" else import_lines(text) & written
    return len(imports), len(written)


def test_no_file_is_longer_than_a_noun_needs() -> None:
    lengths = {
        str(path.relative_to(PROJECT)): len(path.read_text().splitlines())
        for path in list_modules()
    }
    assert {name: length for name, length in lengths.items() if length > MOST_LINES} == {}


def test_the_share_of_imports_does_not_grow() -> None:
    counts = [count_lines(path.name, path.read_text()) for path in list_modules()]
    imports, written = (sum(column) for column in zip(*counts, strict=True))
    assert imports / written < MOST_IMPORTS


def test_an_import_of_several_lines_counts_each() -> None:
    text = '"""Say."""\n\nfrom a import (\n    b,\n    c,\n)\n\nprint(b, c)\n'
    assert count_lines("module.py", text) == (4, 6)
    assert count_lines("__init__.py", text) == (6, 6)
