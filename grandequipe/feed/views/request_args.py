"""What an address of the feed asks for."""

from flask import request

from grandequipe.core.errors import Invalid, NotFound
from grandequipe.core.windows import read_cursor
from grandequipe.feed.models import KIND_BY_PATH, Kind

LONGEST_ID = 19


def kind_named(word: str) -> Kind:
    """Give the kind that a path names, or raise NotFound."""
    if word not in KIND_BY_PATH:
        raise NotFound
    return KIND_BY_PATH[word]


def requested_kind() -> Kind | None:
    """Give the only kind that the reader wants to see; a word that is no kind asks for all."""
    return KIND_BY_PATH.get(request.args.get("kind", ""))


def requested_cursor(name: str = "cursor") -> str | None:
    """Give the place in a list to go on from; one that we did not make asks for the beginning."""
    cursor = request.args.get(name)
    try:
        return cursor if cursor and read_cursor(cursor) else None
    except Invalid:
        return None


def requested_thread() -> int | None:
    """Give the id of the only thread that the reader wants to see."""
    return requested_id("thread")


def requested_id(name: str) -> int | None:
    """Give the id of what an address names; None for what is no id."""
    word = request.args.get(name, "")
    return int(word) if word.isascii() and word.isdecimal() and len(word) < LONGEST_ID else None
