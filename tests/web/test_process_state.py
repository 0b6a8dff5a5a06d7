"""A2: nothing that lives as long as a process depends on a request.

One visitor's request must leave nothing of itself in what the process keeps for the next ones. The
first scenes walk what is kept (function caches, dicts of modules, macros that were imported, kept
pages); the last ones compare what a clean reader is shown before and after a poisoned request.
"""

import functools
import gc
import re
import types
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from jinja2.environment import Template

from grandequipe.config import Settings
from grandequipe.feed.views import cards
from grandequipe.web.page_store import PageStore
from tests.conftest import Visitor
from tests.factories import Cast, make_comment, make_post

MARK = "poison"
FOREIGN = {
    "base_url": "https://poison.example:4433/poison-root",
    "headers": {
        "Accept-Language": "en, poison;q=0.1",
        "User-Agent": "poison",
        "Referer": "https://poison.example/poison",
        "X-Forwarded-For": "poison",
        "X-Forwarded-Host": "poison.example",
        "X-Forwarded-Proto": "poison",
        "X-Forwarded-Prefix": "/poison",
        "X-Script-Name": "/poison",
        "Script-Name": "/poison",
        "If-None-Match": '"poison"',
    },
    "environ_overrides": {"SCRIPT_NAME": "//poison.example", "REMOTE_ADDR": "203.0.113.66"},
}
OF_ONE_ANSWER = re.compile(r'nonce(?:="|-csp" content=")[\w-]+|value="[\w.-]{60,}"|[\w-]{22}')
LAST = (str, bytes, int, float, bool, type, types.ModuleType, types.FunctionType, type(None))


def caches_of_functions() -> dict[str, Any]:
    """Find every `functools.cache` and `lru_cache` of the package, wherever it is held."""
    return {
        f"{each.__module__}.{each.__qualname__}": each
        for each in gc.get_objects()
        if isinstance(each, functools._lru_cache_wrapper)
        and str(each.__module__).startswith("grandequipe")
    }


def dicts_of_modules() -> dict[str, dict[Any, Any]]:
    """Find every dict, of whatever kind, that a module of the package holds under a name."""
    modules = [
        module
        for module in gc.get_objects()
        if isinstance(module, types.ModuleType) and module.__name__.startswith("grandequipe")
    ]
    return {
        f"{module.__name__}.{name}": value
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, dict | OrderedDict) and not name.startswith("__")
    }


def words_in(kept: Any) -> Iterator[str]:
    """Give every word that can be reached from what is kept, as deep as tuples and objects go."""
    waiting, seen = [kept], set[int]()
    while waiting:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        if isinstance(each, str | bytes):
            yield each if isinstance(each, str) else each.decode(errors="replace")
        elif not isinstance(each, LAST):
            waiting.extend(inner for inner in gc.get_referents(each) if is_data(inner))


def is_data(value: Any) -> bool:
    """Return whether a value is data, and leads back to no module."""
    plain = (str, bytes, tuple, list, dict, set, frozenset)
    return isinstance(value, plain) or type(value).__module__.startswith("grandequipe")


def entries_of(cache: Any) -> list[Any]:
    """Give the keys and results of a function's cache: what its wrapper refers to, but itself."""
    own = (cache.__wrapped__, cache.__dict__)
    return [each for each in gc.get_referents(cache) if not any(each is mine for mine in own)]


def macros_kept(app: Flask) -> dict[str, Any]:
    """Give what templates keep once they were imported, besides macros: `set` at their top."""
    return {
        f"{template.name}:{name}": value
        for template in gc.get_objects()
        if isinstance(template, Template) and template.environment is app.jinja_env
        for name, value in vars(getattr(template, "_module", None) or object_without()).items()
        if not name.startswith("_") and not callable(value)
    }


def object_without() -> types.SimpleNamespace:
    """Give something that holds nothing, for a template that nobody imported."""
    return types.SimpleNamespace()


def page_stores() -> list[PageStore]:
    """Find every store of whole pages."""
    return [each for each in gc.get_objects() if isinstance(each, PageStore)]


def ordered_dicts_of_objects() -> dict[str, OrderedDict[Any, Any]]:
    """Find every `OrderedDict` that an object of the package holds."""
    return {
        f"{type(each).__name__}.{name} at {id(each)}": value
        for each in gc.get_objects()
        if str(type(each).__module__).startswith("grandequipe") and hasattr(each, "__dict__")
        for name, value in vars(each).items()
        if isinstance(value, OrderedDict)
    }


def forget() -> None:
    """Begin as a fresh process does."""
    for cache in caches_of_functions().values():
        if "web" in cache.__module__ or "feed.views" in cache.__module__:
            cache.cache_clear()
    cards._kept.clear()
    for pages in page_stores():
        pages._pages.clear()


def pages_of(cast: Cast) -> list[str]:
    """List pages that between them show every part that is kept."""
    post = make_post(cast.chloe, cast.ess)
    make_comment(cast.bruno, post)
    return [
        "/", "/groupes", "/groupes/ess-quartiers", f"/publications/{post.id}", "/aide",
        "/connexion", "/inscription", "/reglages/preferences", "/reglages/lettre",
        "/notifications", "/plan-du-site", f"/membres/{cast.chloe.id}", "/nowhere",
    ]  # fmt: skip


@pytest.fixture
def poisoned(cast: Cast, app: Flask, browser: Callable[..., Visitor]) -> Callable[[], list[str]]:
    """Send requests that carry a mark in everything that a sender chooses, as two readers."""
    pages = pages_of(cast)

    def send() -> list[str]:
        for reader in (app.test_client(), browser(cast.chloe)):
            reader.set_cookie("poison", "poison")
            reader.set_cookie("langue", "en")
            for page in pages:
                asked = {**FOREIGN, "headers": {**FOREIGN["headers"]}}
                reader.get(page + "?poison=poison", **asked)
                reader.get(page, **asked)
        return pages

    return send


def marked(stores: dict[str, Any], mark: str) -> dict[str, list[str]]:
    """Give the words with this mark that each store holds, where it holds any."""
    found = {
        name: [word for word in words_in(kept) if mark in word] for name, kept in stores.items()
    }
    return {name: words for name, words in found.items() if words}


def test_what_a_process_keeps_holds_nothing_of_a_request(
    app: Flask, poisoned: Callable[[], list[str]]
) -> None:
    """One walk for all, for what is sent to be kept takes its time."""
    forget()
    poisoned()
    functions = {name: entries_of(cache) for name, cache in caches_of_functions().items()}
    assert {"grandequipe.web.assets._icon", "grandequipe.web.fragment_cache._rendered"} <= set(
        functions
    )
    assert marked(functions, MARK) == {}

    modules = dicts_of_modules()
    assert modules["grandequipe.feed.views.cards._kept"]
    assert marked(modules, MARK) == {}

    # An `OrderedDict` of an object is a cache; its keys may name who sent them, its values not.
    objects = {name: list(kept.values()) for name, kept in ordered_dicts_of_objects().items()}
    assert any(objects.values())
    assert marked(objects, "poison.example") == {}
    keys = [key for pages in page_stores() for key in pages._pages]
    assert keys
    assert all("poison.example" in str(key) for key in keys)

    # A `set` at the top of a file of macros is read once: it may hold no word of a language.
    templates = macros_kept(app)
    assert "macros/own_fields.html:OWN_FIELDS" in templates
    assert {name for name, kept in templates.items() if any(map(is_said, words_in(kept)))} == set()


def is_said(word: str) -> bool:
    """Return whether a string is text for people: a capital, a blank, an accent, an address."""
    characters = word.replace("_", "").replace("-", "")
    return not (word.isascii() and characters.isalpha() and word.islower())


def test_a_clean_reader_is_shown_the_same_after_any_other_reader(
    cast: Cast,
    app: Flask,
    browser: Callable[..., Visitor],
    poisoned: Callable[[], list[str]],
) -> None:
    readers = [app.test_client(), browser(cast.chloe)]

    def look(pages: list[str]) -> list[str]:
        return [
            OF_ONE_ANSWER.sub("", reader.get(page, headers={"Accept-Language": "fr"}).text)
            for reader in readers
            for page in pages
        ]

    pages = poisoned()
    forget()
    alone = look(pages)
    forget()
    poisoned()
    assert look(pages) == alone


def test_the_script_root_is_the_one_of_the_site_s_address(app: Flask, cast: Cast) -> None:
    """Whatever a server hands on as SCRIPT_NAME; a site under a path of its own keeps that."""
    asked = {"environ_overrides": {"SCRIPT_NAME": "//evil.example"}}
    page = app.test_client().get("/aide", **asked)
    assert page.status_code == 200
    assert "evil.example" not in page.text
    assert Settings(**{**vars(app.config["SETTINGS"]), "site_url": "https://x.org/a/"}).root == "/a"
