"""Flask-Security speaks our French and our English on every page of ours."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import force_locale
from flask_security.core import _default_messages
from flask_security.forms import _default_field_labels

TRANSLATIONS = Path(__file__).parents[2] / "grandequipe" / "translations"

# What belongs to doors that this site does not have.
NOT_OURS = re.compile(
    r"^(TWO_FACTOR|US_|USE_CODE|WEBAUTHN|OAUTH|USERNAME|CHANGE_EMAIL|REFRESH_TOKEN|LOGIN_E|"
    r"INVALID_LOGIN|INVALID_RECOVERY|NO_RECOVERY|GENERIC_US|CODE_HAS|FAILED_TO_SEND|PHONE|"
    r"IDENTITY|INVALID_PASSWORD_CODE)"
)
FORMS = (
    "login_form", "register_form", "forgot_password_form", "reset_password_form",
    "change_password_form", "send_confirmation_form", "verify_form", "logout_form",
)  # fmt: skip


def words(locale: str) -> dict[str, str]:
    with (TRANSLATIONS / locale / "LC_MESSAGES" / "flask_security.po").open("rb") as file:
        return {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id}


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_every_sentence_that_our_pages_can_show_is_ours(locale: str) -> None:
    shown = {text for key, (text, _) in _default_messages.items() if not NOT_OURS.match(key)}
    known = words(locale)
    assert sorted(shown - known.keys()) == []
    assert [text for text, said in known.items() if not said] == []


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_every_label_of_our_forms_is_ours(app: Flask, locale: str) -> None:
    known = words(locale)
    sources = set(_default_field_labels.values())
    with app.test_request_context(), force_locale(locale):
        for name in FORMS:
            options = {"user": None} if name in ("verify_form", "logout_form") else {}
            form = app.extensions["security"].forms[name].cls(formdata=None, **options)
            labels = {str(field.label.text) for field in form if field.type != "CSRFTokenField"}
            assert labels & (sources - set(known.values())) == set(), name


def test_placeholders_are_those_of_the_source() -> None:
    marks = re.compile(r"%\(\w+\)s?")
    for locale in ("fr", "en"):
        for source, said in words(locale).items():
            assert set(marks.findall(said)) <= set(marks.findall(source)), source


def test_french_has_its_spaces_and_its_apostrophes() -> None:
    for said in words("fr").values():
        assert not re.search(r"[^\u202f][!?;]|[^\u00a0]:(?!//)|'", said), said
