"""URLs of the bundled styles, scripts and icons: templates use plain names, URLs have hashes.

Guarantee: the URLs depend on the settings and the build alone. Icons are cached for the life of a
process, so they must contain nothing of a request.
"""

import json
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request
from markupsafe import Markup

DIST = Path(__file__).parent / "static" / "dist"
FOREVER = 365 * 24 * 3600
FOLDER = "ASSETS_FOLDER"
SPRITE = "i.svg"
MOST_ICONS = 500
ICON = Markup('<svg class="icon" {}><use href="{}#{}"/></svg>')
DECORATION = Markup('aria-hidden="true"')


@cache
def _read(name: str) -> Any:
    try:
        content = json.loads((DIST / name).read_text())
    except FileNotFoundError:
        raise RuntimeError("The assets are not built: run `make assets`.") from None
    return content


def asset(name: str) -> str:
    """Return the URL of a bundled file by its plain name ("app.css")."""
    return f"{current_app.config[FOLDER]}/{_read('manifest.json')[name]}"


@cache
def build() -> str:
    """Return a name of the build: it changes with any bundled file."""
    return " ".join(_read("manifest.json").values())


def icon(name: str, label: str | None = None) -> Markup:
    """Return the `<svg>` of an icon; without a label it is decoration, hidden from screen readers.

    All shapes are in one sprite file that browsers cache. Raises KeyError for an unknown name.
    """
    return _icon(name, label, asset(SPRITE))


@lru_cache(maxsize=MOST_ICONS)
def _icon(name: str, label: str | None, sprite: str) -> Markup:
    if name not in _read("icons.json"):
        raise KeyError(f"{name} is not in assets/icons.json")
    attributes = Markup('role="img" aria-label="{}"').format(label) if label else DECORATION
    return ICON.format(attributes, sprite, name)


def init_app(app: Flask) -> None:
    """Register `asset` and `icon` for templates, and let browsers cache hashed files."""
    app.config[FOLDER] = f"{app.config['SETTINGS'].root}{app.static_url_path}/dist"
    app.jinja_env.globals.update(asset=asset, icon=icon)
    app.after_request(_cache_hashed_files)


def _cache_hashed_files(response: Response) -> Response:
    if request.path.startswith("/static/dist/") and response.status_code == 200:
        response.cache_control.no_cache = None
        response.cache_control.public = True
        response.cache_control.max_age = FOREVER
        response.cache_control.immutable = True
    return response
