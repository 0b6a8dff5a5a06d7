"""The name under which a file is kept and offered."""

import re
import unicodedata

from grandequipe.core.cleaning import cleaned_line

LONGEST_NAME = 120
LONGEST_EXTENSION = 20
# Characters of what a program sends: cleaning and composing come after measuring.
LONGEST_READ = 2_000
# What a folder of some system does not take.
NOT_IN_NAMES = re.compile(r'[<>:"|?*\x00-\x1f\u202a-\u202e\u2066-\u2069]')
SPACES = re.compile(r"\s+")


def cleaned_name(sent: str, extensions: tuple[str, ...]) -> str:
    """Give the last part of a path as a name that ends with an extension of its kind.

    `extensions` are without dots, the usual one first. Nothing but that stays of a name without
    alphanumeric characters.
    """
    last = re.split(r"[/\\]", sent[-LONGEST_READ:])[-1]
    plain = unicodedata.normalize("NFC", NOT_IN_NAMES.sub("", cleaned_line(last)))
    stem, dot, extension = SPACES.sub(" ", plain).strip(" .").rpartition(".")
    if not dot or extension.lower() not in extensions:
        stem, extension = f"{stem}{dot}{extension}", extensions[0]
    stem = stem.strip(" .")[: LONGEST_NAME - len(extension) - 1].rstrip(" .")
    return f"{stem or extension}.{extension.lower()}"


def shown_name(sent: str) -> str:
    """Give a name as it was sent, cleaned, for a file of any kind."""
    extension = sent[-LONGEST_READ:].rpartition(".")[2].lower()
    is_plain = extension.isascii() and extension.isalnum() and len(extension) <= LONGEST_EXTENSION
    return cleaned_name(sent, (extension if is_plain else "file",))
