"""Validation of passwords: those that are soon guessed are refused (zxcvbn)."""

import unicodedata
from collections.abc import Iterator
from functools import partial
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_security import PasswordUtil

from grandequipe.core.site_settings import site_settings
from grandequipe.core.text_validation import too_long
from grandequipe.core.threads import run_in_thread
from grandequipe.web.measures import LONGEST_PASSWORD

# What French speakers choose first, which zxcvbn's lists, made in English, lack or rank low.
WORDS = """
    motdepasse azertyuiop qsdfghjklm wxcvbn administrateur provisoire temporaire nouveau changezmoi
    bienvenue jetaime doudou loulou soleil marseille toulouse sesame ouvre toi allez les bleus
"""
FRENCH = tuple(WORDS.split())
# Of zxcvbn's 0 to 4: less than 10^8 guesses are refused.
LOWEST_SCORE = 3
# Characters: its time grows with the square of the length and more (24 take up to 0.5 s).
ESTIMATED_LENGTH = 20
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
    if _score(password) < LOWEST_SCORE:
        return str(_("This password is too easy to guess. Choose words of your own."))
    if _is_about_the_account(password, email):
        return str(_("This password contains your address or the site’s name. Choose another one."))
    return None


def _score(password: str) -> int:
    """Estimate how hard the beginning of a password is to guess, from 0 to 4."""
    from zxcvbn import zxcvbn  # noqa: PLC0415 - 13 MB of lists, for processes that need them

    beginning = password[:ESTIMATED_LENGTH]
    return int(run_in_thread(partial(zxcvbn, beginning, user_inputs=FRENCH))["score"])


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
    site = site_settings().site_name
    known = {_simplified(word) for word in (email, name, host, site)}
    return iter(sorted((word for word in known if len(word) >= SHORTEST_NAME), key=len)[::-1])


def _simplified(words: str) -> str:
    """Return a text without capitals, accents and spaces."""
    characters = unicodedata.normalize("NFKD", words.casefold())
    return "".join(char for char in characters if not unicodedata.combining(char) and char != " ")
