"""French typography for texts that are typed with ordinary spaces."""

import re

NO_BREAK = "\N{NO-BREAK SPACE}"
NARROW = "\N{NARROW NO-BREAK SPACE}"

RULES = (
    (re.compile(r"'"), "’"),
    (re.compile(r"« "), f"«{NO_BREAK}"),
    (re.compile(r" »"), f"{NO_BREAK}»"),
    (re.compile(r" :"), f"{NO_BREAK}:"),
    (re.compile(r" (?=[;!?])"), NARROW),
    (re.compile(r"(?<=\d) (?=\d{3}(?!\d))"), NARROW),
    (re.compile(r"(?<=\d) (?=[%€])"), NARROW),
    (re.compile(r"(?<=\d) (?=h\b|m²)"), NO_BREAK),
    (re.compile(r"(?<=\d\Wh) (?=\d)"), NO_BREAK),
)


def typeset(text: str) -> str:
    """Replace spaces by non-breaking ones, and straight apostrophes by curly ones."""
    for pattern, replacement in RULES:
        text = pattern.sub(replacement, text)
    return text
