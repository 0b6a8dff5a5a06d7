"""The site's own colour, and what is made of it so that every text can be read (WCAG 2.2, 1.4.3).

Contrast is measured as WCAG defines it, from 1 (the same) to 21 (black on white). Colours are of
the form #rrggbb.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

HEX = re.compile(r"#[0-9a-f]{6}")
# What a text needs on its ground, and the edge of a control.
TEXT = 4.5
# The product's own: --raw-blue of tokens.css.
BRAND = "#2f3fbf"
WHITE, BLACK = "#ffffff", "#000000"
# The grounds of pages by light and by dark: --paper, --surface and --sunken of tokens.css.
LIGHT_GROUNDS = ("#fbf8f3", "#ffffff", "#f3ede2")
DARK_GROUNDS = ("#131226", "#1c1b34", "#0e0d1d")
# Texts on the tint of a colour: --ink-soft by light and by dark, and the edges of controls.
SOFT_INK, SOFT_CREAM = "#57536e", "#b9b4c9"
STEPS = 50


class Palette(NamedTuple):
    """The tokens of the brand by light, and by dark."""

    brand: str
    strong: str
    tint: str
    dark_brand: str
    dark_strong: str
    dark_tint: str


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours (WCAG 2.2, "contrast ratio")."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def is_legible(colour: str) -> bool:
    """Return whether links and buttons of a colour can be read on the grounds of light pages."""
    return _worst(colour, LIGHT_GROUNDS) >= TEXT


def nearest_legible(colour: str) -> str:
    """Give the colour, or the first darker shade of it that can be read on light pages."""
    return _moved(colour, BLACK, LIGHT_GROUNDS)


@lru_cache(maxsize=8)
def palette_of(colour: str) -> Palette:
    """Make the tokens of a legible colour."""
    dark_brand = _moved(colour, WHITE, (*DARK_GROUNDS, "#272a5c"), least=5.5)
    return Palette(
        brand=colour,
        strong=mixed(colour, BLACK, 0.25),
        tint=_tint(colour, WHITE, (colour, SOFT_INK)),
        dark_brand=dark_brand,
        dark_strong=mixed(dark_brand, WHITE, 0.35),
        dark_tint=_tint(
            mixed(colour, DARK_GROUNDS[1], 0.4), DARK_GROUNDS[1], (dark_brand, SOFT_CREAM)
        ),
    )


def mixed(colour: str, other: str, share: float) -> str:
    """Mix in a share of another colour, from 0 to 1."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in pairs)


def _tint(colour: str, ground: str, texts: Sequence[str]) -> str:
    """Give the strongest tint of a colour on which the texts can be read; at most 12 % of it."""
    for step in range(STEPS):
        tint = mixed(colour, ground, 0.88 + 0.12 * step / STEPS)
        if _worst(tint, texts) >= TEXT:
            return tint
    return ground


def _moved(colour: str, towards: str, grounds: Sequence[str], least: float = TEXT) -> str:
    shades = (mixed(colour, towards, step / STEPS) for step in range(STEPS + 1))
    return next(shade for shade in shades if _worst(shade, grounds) >= least)


def _worst(colour: str, others: Sequence[str]) -> float:
    return min(contrast(colour, other) for other in others)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
