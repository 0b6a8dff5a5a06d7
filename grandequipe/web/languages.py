"""Select fields of languages, each named in the reader's language and in its own."""

from functools import lru_cache
from typing import Any

from flask import Flask
from flask_babel import get_locale, gettext as _
from wtforms import Field, Form, SelectField
from wtforms.fields import SelectChoice

from grandequipe.core.languages import COMMON, known_languages, language_name, name_in
from grandequipe.web.time_zones import plain


def language_field(label: object) -> Any:
    """Create a field for the language of a text; default: the page's language; "" is not stated.

    The service validates the language, for pages and the API alike.
    """
    return SelectField(label, choices=_all_choices, default=_of_page, validate_choice=False)


def short_language_field(label: object) -> Any:
    """Create the same with the common languages only, for a form that is on many pages."""
    return SelectField(label, choices=_common_choices, default=_of_page, validate_choice=False)


def named(tag: str | None) -> str:
    """Return the name of a language in the page's language, or "not stated"."""
    return name_in(tag, _of_page()) if tag else str(_("not stated"))


def _of_page() -> str:
    return str(get_locale())


def _all_choices(_form: Form, field: Field) -> list[SelectChoice]:
    here, elsewhere = str(_("Common here")), str(_("Other languages"))
    others = [SelectChoice(tag, name, optgroup=elsewhere) for tag, name in _others(_of_page())]
    return [*_common(field.data, {tag for tag, _name in _others(_of_page())}, here), *others]


def _common_choices(_form: Form, field: Field) -> list[SelectChoice]:
    return _common(field.data, set())


def _common(chosen: str | None, others: set[str], part: str | None = None) -> list[SelectChoice]:
    """List the common languages, the chosen one and the choice of none."""
    tags = list(COMMON)
    if chosen and chosen not in COMMON and chosen not in others:
        tags.insert(0, chosen)
    choices = [SelectChoice(tag, language_name(tag, _of_page()), optgroup=part) for tag in tags]
    return [*choices, SelectChoice("", _("Several languages, or another one"), optgroup=part)]


@lru_cache(maxsize=4)
def _others(locale: str) -> list[tuple[str, str]]:
    found = [(tag, name_in(tag, locale)) for tag in known_languages() - COMMON.keys()]
    return sorted(found, key=lambda each: plain(each[1]))


def init_app(app: Flask) -> None:
    """Register the filter `language_name`."""
    app.jinja_env.filters["language_name"] = named
