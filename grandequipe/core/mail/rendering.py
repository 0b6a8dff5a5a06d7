"""Rendering mails outside of any page: their templates, styles and full addresses."""

from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parseaddr
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlsplit

from css_inline import CSSInliner
from flask import current_app
from flask_babel import force_locale
from werkzeug.routing import Map, MapAdapter

from grandequipe.core.colours import BRAND, palette_of
from grandequipe.core.site_settings import site_settings


@contextmanager
def in_language_of(locale: str) -> Iterator[None]:
    """Write in the language of the recipient, not of the process."""
    with force_locale(locale):
        yield


def render(template: str, **context: Any) -> str:
    """Render a template with its own context and the site's names: no request, no viewer."""
    page = current_app.jinja_env.get_template(template)
    site = {"site_name": site_name(), "publisher": publisher(), "address_of": address_of}
    site["brand"] = palette_of(colour())
    return page.render(site, **context)


def render_html(template: str, **context: Any) -> str:
    """Render an HTML part with its styles inlined, for mail programs that ignore style sheets."""
    return _inliner().inline(render(template, **context))


def render_fragment(template: str, styles: str, **context: Any) -> str:
    """Render a part of an HTML mail by itself, with the styles of another template inlined."""
    return _inliner().inline_fragment(render(template, **context), render(styles))


def address_of(endpoint: str, **values: Any) -> str:
    """Give the full address of a page, as members reach it."""
    return _addresses(current_app.url_map, site_url()).build(endpoint, values, force_external=True)


@lru_cache(maxsize=4)
def _addresses(url_map: Map, url: str) -> MapAdapter:
    site = urlsplit(url)
    return url_map.bind(site.netloc, site.path or "/", url_scheme=site.scheme)


def host() -> str:
    """Give the host name in the Message-IDs of this site."""
    return str(current_app.config["SETTINGS"].host)


def sender() -> str:
    """Give the e-mail address from which the site writes, in ASCII."""
    return parseaddr(current_app.config["SETTINGS"].mail_from)[1]


def site_name() -> str:
    """Give the name that members know this site by."""
    return site_settings().site_name


def colour() -> str:
    """Give the site's own colour, #rrggbb, or the product's."""
    return site_settings().colour or BRAND


def publisher() -> str:
    """Give the name of the person who answers for this site in law; empty where none is set."""
    return site_settings().legal_publisher


def default_locale() -> str:
    """Give the language of those of whom no language is known."""
    return str(current_app.config["SETTINGS"].default_locale)


def default_time_zone() -> str:
    """Give the zone of times that are written for nobody in particular."""
    return str(current_app.config["SETTINGS"].default_time_zone)


def site_url() -> str:
    """Give the address that every link in a mail begins with."""
    return str(current_app.config["SETTINGS"].site_url)


@cache
def _inliner() -> CSSInliner:
    """Inline every style sheet but those marked to be kept, for what depends on the reader."""
    return CSSInliner(load_remote_stylesheets=False)
