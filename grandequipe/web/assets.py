"""Where the bundled styles, scripts and icons are: names in templates, hashes in addresses."""

import json
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request, url_for
from markupsafe import Markup

DIST = Path(__file__).parent / "static" / "dist"
FOREVER = 365 * 24 * 3600
SPRITE = "i.svg"
MOST_ICONS = 500
NAMED = Markup('<svg class="icon" {}><use href="{}#{}"/></svg>')
DECORATION = Markup('aria-hidden="true"')


@cache
def _read(name: str) -> Any:
    try:
        content = json.loads((DIST / name).read_text())
    except FileNotFoundError:
        raise RuntimeError("The assets are not built: run `make assets`.") from None
    return content


@cache
def asset(name: str) -> str:
    """Give the address of a bundled file by its plain name ("app.css"): one in each process."""
    file = _read("manifest.json")[name]
    return url_for("static", filename=f"dist/{file}", _external=False)


@lru_cache(maxsize=MOST_ICONS)
def icon(name: str, label: str | None = None) -> Markup:
    """Show an icon of the set; without a label it is decoration and screen readers pass it.

    All shapes are in one file that browsers keep, so that a page only names them.
    """
    if name not in _read("icons.json"):
        raise KeyError(f"{name} is not in assets/icons.json")
    says = Markup('role="img" aria-label="{}"').format(label) if label else DECORATION
    return NAMED.format(says, asset(SPRITE), name)


def init_app(app: Flask) -> None:
    """Offer `asset` and `icon` to templates, and let browsers keep hashed files."""
    app.jinja_env.globals.update(asset=asset, icon=icon)
    app.after_request(_keep_hashed_files)


def _keep_hashed_files(response: Response) -> Response:
    if request.path.startswith("/static/dist/") and response.status_code == 200:
        response.cache_control.no_cache = None
        response.cache_control.public = True
        response.cache_control.max_age = FOREVER
        response.cache_control.immutable = True
    return response
