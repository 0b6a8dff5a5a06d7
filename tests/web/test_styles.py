"""The styles hold nothing that no page uses."""

import re

from tests.site import PROJECT

PACKAGE = PROJECT / "grandequipe"
COMMENTS = re.compile(r"/\*.*?\*/|{#.*?#}", re.DOTALL)
# What Trix itself writes: the picture in a text that was pasted.
FOREIGN = {"attachment"}


def read(*patterns: str) -> str:
    """Read the files of some patterns, without what they say about themselves."""
    paths = [path for pattern in patterns for path in sorted(PROJECT.glob(pattern))]
    assert paths
    return "\n".join(COMMENTS.sub("", path.read_text()) for path in paths)


def test_every_class_of_the_styles_is_used() -> None:
    styles = read("assets/css/**/*.css")
    pages = read("grandequipe/**/templates/**/*.html", "assets/js/**/*.js")
    # What Python draws itself: only the names in its attributes of classes, nothing else of it.
    pages += " ".join(re.findall(r'class="[^"]*"', read("grandequipe/**/*.py")))
    selectors = " ".join(re.findall(r"([^{}]+){", styles))
    named = set(re.findall(r"\.([a-z][\w-]*)", selectors))
    assert {name for name in named - FOREIGN if not is_used(name, pages)} == set()


def test_every_component_is_part_of_a_stylesheet() -> None:
    sheets = read("assets/css/*.css")
    parts = sorted((PROJECT / "assets/css/components").glob("*.css"))
    assert [path.name for path in parts if f"components/{path.name}" not in sheets] == []


def is_used(name: str, pages: str) -> bool:
    """Return whether a page or a script names a class, whole or put together."""
    if re.search(rf"(?<![\w-]){name}(?![\w-])", pages):
        return True
    cuts = [at for at, sign in enumerate(name) if sign == "-"]
    return any(re.search(rf"(?<![\w-]){name[:at]}-(?:{{{{|\${{)", pages) for at in cuts)


def test_the_check_itself_finds_what_nobody_uses() -> None:
    assert not is_used("stack-large", '<div class="stack">')
    assert is_used("avatar-large", '<span class="avatar-{{ size }}">')
    assert is_used("editor-small", "`editor editor-${size}`")


def test_no_template_imports_what_it_does_not_use() -> None:
    wrong = {}
    for path in sorted(PACKAGE.rglob("templates/**/*.html")):
        text = COMMENTS.sub("", path.read_text())
        names = ", ".join(re.findall(r"import ([\w, ]+?)(?: with context)? -?%}", text)).split(", ")
        unused = [name for name in names if name and len(re.findall(rf"\b{name}\b", text)) < 2]
        wrong |= {path.name: unused} if unused else {}
    assert wrong == {}
