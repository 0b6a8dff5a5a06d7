"""QR codes of addresses, drawn here: no other site learns of them."""

import io
from typing import Any

from flask import Response
from markupsafe import Markup


def qr_inline(address: str, scale: int = 4) -> Markup:
    """Draw the QR code of an address as an `<svg>` for a page; `scale` is pixels a square."""
    # With a unit the drawing has a `viewBox`, without which a narrow page cuts it.
    drawn = _code(address).svg_inline(scale=scale, border=2, unit="px")
    return Markup(drawn)  # noqa: S704 - drawn here


def qr_response(address: str, name: str) -> Response:
    """Send the QR code of an address as an SVG file, to print it."""
    drawn = io.BytesIO()
    _code(address).save(drawn, kind="svg", scale=8, border=4)
    response = Response(drawn.getvalue(), mimetype="image/svg+xml")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.svg"'
    response.cache_control.private = True
    return response


def _code(address: str) -> Any:
    import segno  # noqa: PLC0415 - megabytes in each web process

    return segno.make(address, error="m")
