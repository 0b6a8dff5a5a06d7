"""Validation of passwords: those that an attacker tries first are refused."""

import unicodedata
from collections.abc import Iterator
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_security import PasswordUtil

from grandequipe.core.text_validation import too_long
from grandequipe.web.measures import LONGEST_PASSWORD

# Refused alone or with digits after them, hence words shorter than the minimum length, too.
WORDS = """
    admin administrateur administrator allezlesbleus azerty azertyuiop azertyuiopqsdfghjklm
    azertyqwerty bienvenue bonjour bonjourbonjour changeme changezmoi chocolat doudou football
    iloveyou jetaime jetaimejetaime letmein loulou marseille marseillaise monmotdepasse motdepasse
    motdepassemotdepasse motdepasseprovisoire mypassword nouveaumotdepasse password
    passwordpassword provisoire qwerty qwertyqwerty qwertyuiop qwertyuiopasdfghjkl secret
    secretsecret sesameouvretoi soleil sunshine superman temporaire thisismypassword toulouse
    trustnoone welcome welcomewelcome
    1q2w3e4r5t 1qaz2wsx3edc a1z2e3r4t5y6 aqwzsxedc123 azerty123azerty abcdefghij abcd1234abcd
"""
COMMON = frozenset(WORDS.split())
ROWS = "01234567890123456789", "98765432109876543210"
DIGITS = "0123456789"
SIGNS = f"{DIGITS}!?.*-_@#$"
FEWEST_SIGNS = 4
SHORTEST_NAME = 4


class Passwords(PasswordUtil):
    """Flask-Security's validation by length, and by how soon a password is guessed."""

    def normalize(self, password: str) -> str:
        """Return a password as it is hashed; one that is too long is returned unchanged."""
        if len(password) > LONGEST_PASSWORD:
            return password
        return str(super().normalize(password))

    def validate(
        self, password: str, is_register: bool, **kwargs: Any
    ) -> tuple[list[str] | None, str]:
        """Return the errors of a password, or None, and the password as it is hashed."""
        if len(password) > LONGEST_PASSWORD:
            return [too_long(LONGEST_PASSWORD)], password
        errors, normal = super().validate(password, is_register, **kwargs)
        email = kwargs["user"].email if kwargs.get("user") else kwargs.get("email")
        if not errors and (guessed := _guess_error(_simplified(normal), email or "")):
            errors = [guessed]
        return errors, normal


def _guess_error(password: str, email: str) -> str | None:
    if _is_common(password):
        return str(_("This password is too easy to guess. Choose words of your own."))
    if _is_about_the_account(password, email):
        return str(_("This password contains your address or the site’s name. Choose another one."))
    return None


def _is_common(password: str) -> bool:
    is_row = any(password in row for row in ROWS)
    is_known = password in COMMON or password.rstrip(SIGNS) in COMMON
    return is_row or is_known or len(set(password)) < FEWEST_SIGNS


def _is_about_the_account(password: str, email: str) -> bool:
    """Whether too little is left without the known texts about the account and the site."""
    if "@" in email and _simplified(email.partition("@")[0]) + "@" in password:
        return True
    rest = password
    for known in _known_texts(email):
        rest = rest.replace(known, "")
    shortest = current_app.config["SECURITY_PASSWORD_LENGTH_MIN"]
    return len(rest) < min(len(password), shortest)


def _known_texts(email: str) -> Iterator[str]:
    """Return the known texts about an account, the longest first."""
    name, _at, host = email.partition("@")
    site = current_app.config["SETTINGS"].site_name
    known = {_simplified(word) for word in (email, name, host, site)}
    return iter(sorted((word for word in known if len(word) >= SHORTEST_NAME), key=len)[::-1])


def _simplified(words: str) -> str:
    """Return a text without capitals, accents and spaces."""
    letters = unicodedata.normalize("NFKD", words.casefold())
    return "".join(char for char in letters if not unicodedata.combining(char) and char != " ")
