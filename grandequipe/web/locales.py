"""The locale and time zone of a page: the member's, else the visitor's, else the site's."""

from typing import Any

from flask import Flask, current_app, has_request_context, request
from flask_babel import get_locale, get_timezone
from flask_login import current_user

from grandequipe.config import LOCALES
from grandequipe.core.site_settings import Registration, site_contact, site_settings
from grandequipe.core.time_zones import clock_of
from grandequipe.extensions import babel

COOKIE = "langue"


def init_app(app: Flask) -> None:
    """Configure Flask-Babel; the catalogues also translate Flask-Security's messages."""
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", f"{app.root_path}/translations")
    babel.init_app(app, locale_selector=choose_locale, timezone_selector=choose_time_zone)
    app.context_processor(_template_context)


def _template_context() -> dict[str, Any]:
    settings = site_settings()
    return {
        "locale": str(get_locale()),
        "clock_of_page": str(get_timezone()),
        "site_name": settings.site_name,
        "site_settings": site_settings,
        "site_contact": site_contact,
        "registers": settings.registration is Registration.OPEN,
    }


def choose_locale() -> str:
    """Choose the locale of the response."""
    member = _member()
    if member is not None:
        return str(member.locale)
    return visitor_locale() if has_request_context() else _site_locale()


def visitor_locale() -> str:
    """Choose a visitor's locale: from the cookie, else from Accept-Language, else the site's."""
    picked = request.cookies.get(COOKIE)
    if picked in LOCALES:
        return picked
    default = _site_locale()
    return request.accept_languages.best_match([default, *LOCALES], default) or default


def choose_time_zone() -> str:
    """Choose the time zone of the response."""
    member = _member()
    if member is not None:
        return clock_of(member.time_zone).key
    return str(current_app.config["SETTINGS"].default_time_zone)


def _site_locale() -> str:
    return str(current_app.config["SETTINGS"].default_locale)


def _member() -> Any:
    """Return Flask-Login's user, or None; the package `members` is above this one."""
    return current_user if current_user and current_user.is_authenticated else None
