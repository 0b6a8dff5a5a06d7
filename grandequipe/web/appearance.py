"""The site's own colour and logo, as administrators chose them."""

from typing import Any

from flask import Blueprint, Flask, Response, request, url_for
from flask.typing import ResponseReturnValue

from grandequipe.core import files
from grandequipe.core.colours import palette_of
from grandequipe.core.errors import NotFound
from grandequipe.core.site_settings import site_settings

A_YEAR = 365 * 24 * 3600
# The meanings of tokens.css that a colour of the site's own takes the place of.
STYLES = """:root {{
  --brand: {0.brand}; --brand-strong: {0.strong}; --brand-tint: {0.tint}; --focus: {0.brand};
}}
@supports (color: light-dark(#fff, #000)) {{
  :root {{
    --brand: light-dark({0.brand}, {0.dark_brand});
    --brand-strong: light-dark({0.strong}, {0.dark_strong});
    --brand-tint: light-dark({0.tint}, {0.dark_tint});
    --focus: light-dark({0.brand}, var(--raw-sun));
  }}
}}
"""

blueprint = Blueprint("appearance", __name__)


def init_app(app: Flask) -> None:
    """Register the style sheet and the logo, and their addresses for templates."""
    app.register_blueprint(blueprint)
    app.context_processor(_addresses)


def _addresses() -> dict[str, Any]:
    """Give the addresses of both; None where the site has the product's own."""
    settings = site_settings()
    colours = {"endpoint": "appearance.colours", "value": settings.colour}
    logo = {"endpoint": "appearance.logo", "value": settings.logo_key}
    return {"colours_url": _address(**colours), "logo_url": _address(**logo)}


def _address(endpoint: str, value: str) -> str | None:
    return url_for(endpoint, v=version_of(value)) if value else None


@blueprint.get("/couleurs.css")
def colours() -> ResponseReturnValue:
    """Send the style sheet of the site's own colour; its address names the colour."""
    colour = site_settings().colour
    if not colour:
        raise NotFound
    return _kept(Response(STYLES.format(palette_of(colour)), mimetype="text/css"), colour)


@blueprint.get("/logo")
def logo() -> ResponseReturnValue:
    """Send the site's logo, a WebP; its address names the version."""
    key = site_settings().logo_key
    if not key:
        raise NotFound
    is_known = request.if_none_match.contains(key)
    response = _kept(Response(b"" if is_known else _read(key), mimetype="image/webp"), key)
    return response.make_conditional(request)


def _kept(response: Response, version: str) -> Response:
    """Let everybody keep what its address names the version of, and others for a minute."""
    is_named = request.args.get("v") == version_of(version)
    response.set_etag(version_of(version))
    response.cache_control.public = True
    response.cache_control.max_age = A_YEAR if is_named else 60
    return response


def version_of(value: str) -> str:
    """Give what the address of a colour or a logo names it by."""
    return value.rpartition("/")[2].lstrip("#")[:12]


def _read(key: str) -> bytes:
    try:
        return files.read(key)
    except FileNotFoundError:
        raise NotFound from None
