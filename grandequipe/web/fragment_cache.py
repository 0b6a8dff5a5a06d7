"""Fragments of pages that are the same for all readers of one language, rendered once.

Guarantee: a fragment shows only texts and URLs of the application. The key holds its arguments, the
language and the script root.
"""

from functools import lru_cache
from typing import Any

from flask import Flask, request
from flask_babel import get_locale
from jinja2.runtime import Macro
from markupsafe import Markup

MOST_FRAGMENTS = 100


def shared(macro: Macro, *arguments: Any) -> Markup:
    """Render a macro in the page's language, once for each tuple of (hashable) arguments."""
    return _rendered(macro, arguments, str(get_locale()), request.script_root)


@lru_cache(maxsize=MOST_FRAGMENTS)
def _rendered(macro: Macro, arguments: tuple[Any, ...], _locale: str, _root: str) -> Markup:
    return Markup(macro(*arguments))  # noqa: S704 - a macro escapes its arguments


def init_app(app: Flask) -> None:
    """Register `shared` for templates, and write JSON in them without escapes such as \\u00e9."""
    app.jinja_env.globals["shared"] = shared
    app.jinja_env.policies["json.dumps_kwargs"] = {"sort_keys": True, "ensure_ascii": False}
