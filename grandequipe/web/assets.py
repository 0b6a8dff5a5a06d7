"""Where the bundled styles, scripts and icons are: names in templates, hashes in addresses."""

import json
import re
from functools import cache, lru_cache
from pathlib import Path

from flask import Flask, Response, g, request, url_for
from markupsafe import Markup

DIST = Path(__file__).parent / "static" / "dist"
FOREVER = 365 * 24 * 3600
GATHERED = "gathered_icons"
MOST_ICONS = 500
DRAWN = Markup('<svg class="icon" viewBox="0 0 24 24" {}>{}</svg>')
NAMED = Markup('<svg class="icon" {}><use href="#i-{}"/></svg>')
SYMBOL = Markup('<symbol id="i-{}" viewBox="0 0 24 24">{}</symbol>')
USED = re.compile(r'<use href="#i-([\w-]+)"')
DECORATION = Markup('aria-hidden="true"')


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
    """Draw an icon of the set; without a label it is decoration and screen readers pass it.

    In a page that gathers its icons each shape is sent once, at the end, and used by name.
    """
    gathered: dict[str, None] | None = g.get(GATHERED)
    if gathered is None:
        return _drawn(name, label)
    gathered[name] = None
    return _named(name, label)


def gather_icons() -> str:
    """Have the page that is being made use its icons by name; a fragment carries its own."""
    if "HX-Request" not in request.headers:
        setattr(g, GATHERED, {})
    return ""


def are_icons_gathered() -> bool:
    """Tell whether the page that is being made uses its icons by name."""
    return GATHERED in g


def gather_icons_of(html: str) -> None:
    """Gather what a part of the page uses that was rendered earlier and kept."""
    gathered = g.get(GATHERED)
    if gathered is not None:
        gathered.update(dict.fromkeys(USED.findall(html)))


def gathered_icons() -> Markup:
    """Give the shapes of the icons that the page used, each once: the last thing of a page."""
    symbols = (SYMBOL.format(name, _shape(name)) for name in g.pop(GATHERED, {}))
    return Markup("<div hidden><svg>{}</svg></div>").format(Markup("").join(symbols))


@lru_cache(maxsize=MOST_ICONS)
def _drawn(name: str, label: str | None) -> Markup:
    return DRAWN.format(_says(label), _shape(name))


@lru_cache(maxsize=MOST_ICONS)
def _named(name: str, label: str | None) -> Markup:
    return NAMED.format(_says(label), name)


def _says(label: str | None) -> Markup:
    return Markup('role="img" aria-label="{}"').format(label) if label else DECORATION


def _shape(name: str) -> Markup:
    return Markup(_read("icons.json")[name])  # noqa: S704 - built from our own npm package


def init_app(app: Flask) -> None:
    """Offer `asset` and `icon` to templates, and let browsers keep hashed files."""
    app.jinja_env.globals.update(
        asset=asset, icon=icon, gather_icons=gather_icons, gathered_icons=gathered_icons
    )
    app.after_request(_keep_hashed_files)


def _keep_hashed_files(response: Response) -> Response:
    if request.path.startswith("/static/dist/") and response.status_code == 200:
        response.cache_control.no_cache = None
        response.cache_control.public = True
        response.cache_control.max_age = FOREVER
        response.cache_control.immutable = True
    return response
