"""Which passwords are refused: those that are tried first on any account, or on this one."""

import unicodedata
from collections.abc import Iterator
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_security import PasswordUtil

from grandequipe.core.text_validation import too_long
from grandequipe.web.measures import LONGEST_PASSWORD

# Alone or with digits after them; those shorter than a password may be are tried that way.
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
    """Judge passwords by their length, as Flask-Security does, and by how soon they are guessed."""

    def normalize(self, password: str) -> str:
        """Write a password as it is hashed; one that no form takes stays as it was sent."""
        if len(password) > LONGEST_PASSWORD:
            return password
        return str(super().normalize(password))

    def validate(
        self, password: str, is_register: bool, **given: Any
    ) -> tuple[list[str] | None, str]:
        """Give what is wrong with a password, or None, and the password as it is hashed."""
        if len(password) > LONGEST_PASSWORD:
            return [too_long(LONGEST_PASSWORD)], password
        wrong, normal = super().validate(password, is_register, **given)
        email = given["user"].email if given.get("user") else given.get("email")
        if not wrong and (guessed := _how_guessed(_plain(normal), email or "")):
            wrong = [guessed]
        return wrong, normal


def _how_guessed(password: str, email: str) -> str | None:
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
    """Tell whether too little is left to guess once what everyone knows is taken out."""
    if "@" in email and _plain(email.partition("@")[0]) + "@" in password:
        return True
    rest = password
    for known in _known_of(email):
        rest = rest.replace(known, "")
    shortest = current_app.config["SECURITY_PASSWORD_LENGTH_MIN"]
    return len(rest) < min(len(password), shortest)


def _known_of(email: str) -> Iterator[str]:
    """Give what everyone knows of an account, the longest first."""
    name, _at, host = email.partition("@")
    site = current_app.config["SETTINGS"].site_name
    known = {_plain(word) for word in (email, name, host, site)}
    return iter(sorted((word for word in known if len(word) >= SHORTEST_NAME), key=len)[::-1])


def _plain(words: str) -> str:
    """Write without capitals, accents and spaces, as one who guesses would try it, too."""
    letters = unicodedata.normalize("NFKD", words.casefold())
    return "".join(sign for sign in letters if not unicodedata.combining(sign) and sign != " ")
