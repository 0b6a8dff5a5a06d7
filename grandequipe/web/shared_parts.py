"""Parts of pages that are the same for all who read one language, written once for them.

Guarantee: such a part shows nothing but words and addresses of ours. What it is given is part of
the key, and so are the language and the path that the site stands under.
"""

from functools import lru_cache
from typing import Any

from flask import Flask, request
from flask_babel import get_locale
from jinja2.runtime import Macro
from markupsafe import Markup

MOST_PARTS = 100


def shared(macro: Macro, *given: Any) -> Markup:
    """Give what the macro writes of a few plain values, in the language of the page."""
    return _written(macro, given, str(get_locale()), request.script_root)


@lru_cache(maxsize=MOST_PARTS)
def _written(macro: Macro, given: tuple[Any, ...], _locale: str, _root: str) -> Markup:
    return Markup(macro(*given))  # noqa: S704 - a macro escapes what it is given


def init_app(app: Flask) -> None:
    """Offer `shared` to templates, and have what scripts say in them be light: é is no \\u00e9."""
    app.jinja_env.globals["shared"] = shared
    app.jinja_env.policies["json.dumps_kwargs"] = {"sort_keys": True, "ensure_ascii": False}
