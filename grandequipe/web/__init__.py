"""The shell that every page stands in."""

from flask import Flask

from grandequipe.web import (
    addresses,
    assets,
    errors,
    formats,
    locales,
    refusals,
    security_headers,
    views,
)


def init_app(app: Flask) -> None:
    """Give the application the shell: assets, languages, headers, error pages, plain pages."""
    for part in (addresses, assets, locales, formats, refusals, security_headers, errors, views):
        part.init_app(app)
