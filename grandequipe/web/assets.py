"""Where the bundled styles, scripts and icons are: names in templates, hashes in addresses."""

import json
from functools import cache
from pathlib import Path

from flask import Flask, Response, request, url_for
from markupsafe import Markup, escape

DIST = Path(__file__).parent / "static" / "dist"
FOREVER = 365 * 24 * 3600


@cache
def _read(name: str) -> dict[str, str]:
    try:
        content: dict[str, str] = json.loads((DIST / name).read_text())
    except FileNotFoundError:
        raise RuntimeError("The assets are not built: run `make assets`.") from None
    return content


def asset(name: str) -> str:
    """Give the address of a bundled file by its plain name ("app.css")."""
    return url_for("static", filename=f"dist/{_read('manifest.json')[name]}")


def icon(name: str, label: str | None = None) -> Markup:
    """Draw an icon of the set; without a label it is decoration and screen readers pass it."""
    if label:
        return _draw(name, Markup('role="img" aria-label="{}"').format(escape(label)))
    return _decoration(name)


@cache
def _decoration(name: str) -> Markup:
    return _draw(name, Markup('aria-hidden="true"'))


def _draw(name: str, says: Markup) -> Markup:
    shape = Markup(_read("icons.json")[name])  # noqa: S704 - built from our own npm package
    return Markup('<svg class="icon" viewBox="0 0 24 24" {} focusable="false">{}</svg>').format(
        says, shape
    )


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
