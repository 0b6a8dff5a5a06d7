"""Every pair of colours in use can be read, by light and by dark: WCAG 2.2 AA, measured."""

import re

import pytest

from grandequipe.feed.models import KINDS
from grandequipe.groups.models import Colour
from tests.site import PROJECT

TEXT, CONTROL = 4.5, 3.0
STYLES = PROJECT / "assets" / "css"
TOKENS = (STYLES / "tokens.css").read_text()
RAW = dict(re.findall(r"--(raw-[a-z-]+):\s*(#[0-9a-f]{6});", TOKENS))
FIRST, MODERN = TOKENS.split("@supports")
COLOURS = sorted({kind.colour for kind in KINDS.values()})
GROUNDS = ("paper", "surface", "sunken")

PAIRS = {
    **{(text, ground): TEXT for text in ("ink", "ink-soft") for ground in GROUNDS},
    **{(text, ground): TEXT for text in ("brand", "danger", "success") for ground in GROUNDS},
    **{(text, f"{text}-tint"): TEXT for text in ("brand", "danger", "success", *COLOURS)},
    **{("ink", f"{tint}-tint"): TEXT for tint in ("brand", "sun", "danger", "success", *COLOURS)},
    **{("ink-soft", f"{tint}-tint"): TEXT for tint in ("brand", "sun")},
    **{(kind, ground): TEXT for kind in COLOURS for ground in GROUNDS},
    **{("brand-strong", ground): TEXT for ground in (*GROUNDS, "brand-tint")},
    # The initial of a group on its colour.
    **{("on-brand", colour.value): TEXT for colour in Colour},
    ("on-brand", "brand"): TEXT,
    ("on-brand", "brand-strong"): TEXT,
    ("on-danger", "danger"): TEXT,
    ("on-sun", "sun"): TEXT,
    **{(edge, ground): CONTROL for edge in ("edge", "focus", "brand") for ground in GROUNDS},
    ("edge", "brand-tint"): CONTROL,
    ("focus", "brand-tint"): CONTROL,
}


@pytest.mark.parametrize("scheme", ["old browser", "light", "dark"])
def test_every_pair_in_use_can_be_read(scheme: str) -> None:
    """No text is under 4.5:1 on its ground; no edge or focus of a control under 3:1."""
    colours = colours_of(scheme)
    measured = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in PAIRS}
    too_low = {pair: ratio for pair, ratio in measured.items() if ratio < PAIRS[pair]}
    assert too_low == {}


def test_every_colour_in_use_is_measured() -> None:
    """A token that a stylesheet gives a text, a ground or a control stands in a pair."""
    used = {
        name
        for path in STYLES.rglob("*.css")
        if path.name != "tokens.css"
        for name in re.findall(
            r"(?:^|[\s;{])(?:color|background|background-color|outline):[^;]*var\(--([a-z-]+)\)",
            path.read_text(),
        )
    }
    measured = {name for pair in PAIRS for name in pair}
    assert {colour.value for colour in Colour} <= set(COLOURS)
    stand_for_others = {"kind", "kind-tint", "group", "group-tint"}
    assert used - measured - stand_for_others - {"line"} == set()


def colours_of(scheme: str) -> dict[str, str]:
    """Resolve each meaning to its colour: without light-dark(), by light, or by dark."""
    source = FIRST if scheme == "old browser" else MODERN
    place = 1 if scheme == "dark" else 0
    given = re.findall(r"--([a-z-]+):\s*(?:light-dark\()?([^;]*?)\)?;", source)
    named = {
        name: re.findall(r"--(raw-[a-z-]+)", value) for name, value in given if "--raw" in value
    }
    return {name: RAW[values[min(place, len(values) - 1)]] for name, values in named.items()}


def contrast(one: str, other: str) -> float:
    """Measure the contrast of two colours, from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return round((high + 0.05) / (low + 0.05), 2)


def luminance(colour: str) -> float:
    """Measure the relative luminance of #rrggbb."""
    red, green, blue = (linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(channel: float) -> float:
    """Undo the gamma of one channel of sRGB."""
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
