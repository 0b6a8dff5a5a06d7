"""The shell that every page stands in."""

from flask import Flask

from grandequipe.web import (
    addresses,
    assets,
    confirmations,
    errors,
    form_errors,
    form_keys,
    formats,
    languages,
    locales,
    security_headers,
    shared_parts,
    tasks,
    typed,
    views,
)

PARTS = (
    addresses,
    assets,
    locales,
    languages,
    formats,
    shared_parts,
    typed,
    form_errors,
    security_headers,
    errors,
    confirmations,
    form_keys,
    views,
)

SCHEDULE = tasks.SCHEDULE


def init_app(app: Flask) -> None:
    """Give the application the shell: assets, languages, headers, error pages, plain pages."""
    for part in PARTS:
        part.init_app(app)
