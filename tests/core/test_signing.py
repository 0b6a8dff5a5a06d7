"""What only this site can have written."""

from dataclasses import replace

import pytest
from flask import Flask

from grandequipe.core import signing


@pytest.fixture(autouse=True)
def inside(session_app: Flask):
    """Let the settings be at hand."""
    with session_app.app_context():
        yield


def test_a_digest_is_the_same_for_the_same_parts() -> None:
    assert signing.digest("form", "a", b"b") == signing.digest("form", b"a", "b")
    assert len(signing.digest("form")) == 32


@pytest.mark.parametrize(
    "other",
    [
        ("form", "ab", ""),
        ("form", "", "ab"),
        ("form", "a", "b", ""),
        ("forma", "b"),
        ("content", "a", "b"),
        ("form", "a", "\ud800"),
    ],
)
def test_parts_are_not_taken_for_others(other: tuple[str, ...]) -> None:
    assert signing.digest(*other) != signing.digest("form", "a", "b")


def test_another_site_writes_others(session_app: Flask) -> None:
    ours, usual = signing.digest("form", "a"), session_app.config["SETTINGS"]
    session_app.config["SETTINGS"] = replace(usual, secret_key="x" * 64)
    theirs = signing.digest("form", "a")
    session_app.config["SETTINGS"] = usual
    assert theirs != ours
