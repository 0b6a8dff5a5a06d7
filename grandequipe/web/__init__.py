"""The shell of all pages: base template, components, assets, error pages, forms, limits."""

from flask import Flask

from grandequipe.web import (
    appearance,
    assets,
    caught_mails,
    confirmations,
    errors,
    form_errors,
    form_keys,
    formats,
    fragment_cache,
    indexing,
    languages,
    locales,
    pages,
    security_headers,
    sitemaps,
    slots,
    tasks,
    typed,
    url_converters,
    views,
)

MODULES = (
    url_converters,
    assets,
    locales,
    languages,
    formats,
    fragment_cache,
    typed,
    slots,
    pages,
    indexing,
    sitemaps,
    form_errors,
    security_headers,
    errors,
    confirmations,
    form_keys,
    views,
    appearance,
    caught_mails,
)

SCHEDULE = tasks.SCHEDULE


def init_app(app: Flask) -> None:
    """Initialise the modules of the shell, in this order."""
    for module in MODULES:
        module.init_app(app)
