"""The language and the clock of a page: the member's, else the visitor's, else the site's."""

from typing import Any

from flask import Flask, current_app, has_request_context, request
from flask_babel import get_locale, get_timezone
from flask_login import current_user

from grandequipe.config import LOCALES
from grandequipe.core.time_zones import clock_of
from grandequipe.extensions import babel

COOKIE = "langue"


def init_app(app: Flask) -> None:
    """Give Flask-Babel our two languages, and Flask-Security's words in ours."""
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", f"{app.root_path}/translations")
    babel.init_app(app, locale_selector=choose_locale, timezone_selector=choose_time_zone)
    app.context_processor(_what_pages_say)


def _what_pages_say() -> dict[str, str]:
    return {
        "locale": str(get_locale()),
        "clock_of_page": str(get_timezone()),
        "site_name": current_app.config["SETTINGS"].site_name,
    }


def choose_locale() -> str:
    """Choose the language of the answer."""
    member = _member()
    if member is not None:
        return str(member.locale)
    return visitor_locale() if has_request_context() else _site_locale()


def visitor_locale() -> str:
    """Choose a visitor's language: what they picked, else their browser's, else the site's."""
    picked = request.cookies.get(COOKIE)
    if picked in LOCALES:
        return picked
    default = _site_locale()
    return request.accept_languages.best_match([default, *LOCALES], default) or default


def choose_time_zone() -> str:
    """Choose the clock of the answer."""
    member = _member()
    if member is not None:
        return clock_of(member.time_zone).key
    return str(current_app.config["SETTINGS"].default_time_zone)


def _site_locale() -> str:
    return str(current_app.config["SETTINGS"].default_locale)


def _member() -> Any:
    """Ask Flask-Login, which is below us, who is there: members are above."""
    return current_user if current_user and current_user.is_authenticated else None
