"""What robots read first: what they may ask for, and where the pages for them are."""

from collections.abc import Iterator, Sequence

from flask import Flask, Response, current_app, request
from flask.typing import ResponseReturnValue

from grandequipe.core.errors import NotFound
from grandequipe.core.mail import rendering
from grandequipe.web import sitemaps

# What is no page, or has as many addresses as one can think of; other pages say for themselves
# whether they are for the index, which a robot learns by reading them.
LEFT_ALONE = ("/api/", "/recherche", "/agenda?*", "/socket.io/", "/langue", "/affichage")


def robots() -> Response:
    """Say what robots may ask for, and where the sitemap is."""
    root = request.script_root
    lines = ["User-agent: *", *(f"Disallow: {root}{path}" for path in LEFT_ALONE), ""]
    lines.append(f"Sitemap: {rendering.address_of('syndication.sitemap_index')}")
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


def sitemap_index() -> Response:
    """List the parts of the sitemap."""
    parts = [
        rendering.address_of("syndication.sitemap_part", name=name, number=number + 1)
        for name, number in sitemaps.list_parts()
    ]
    return _xml(sitemaps.write_index(parts))


def sitemap_part(name: str, number: int) -> ResponseReturnValue:
    """Write one part while it is sent; raise NotFound for one that is not in the index."""
    section = sitemaps.find_section(name)
    if section is None or number - 1 not in section.list_parts():
        raise NotFound
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return _xml(sitemaps.write_part(_read_apart(app, section.read_part(number - 1))))


def _read_apart(
    app: Flask, pages: Iterator[Sequence[sitemaps.Address]]
) -> Iterator[Sequence[sitemaps.Address]]:
    """Read each page in a context of its own: a slow reader holds no connection meanwhile."""
    while True:
        with app.app_context():
            page = next(pages, None)
        if page is None:
            return
        yield page


def _xml(content: object) -> Response:
    headers = {"Cache-Control": "no-cache", "X-Robots-Tag": "noindex"}
    return Response(content, mimetype="application/xml", headers=headers)  # type: ignore[arg-type]
