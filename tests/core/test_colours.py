"""Whatever colour a site has, every text of its pages can be read (WCAG 2.2, 1.4.3 and 1.4.11)."""

import pytest
from hypothesis import given, strategies as st

from grandequipe.core import colours
from grandequipe.core.colours import contrast, is_legible, nearest_legible, palette_of

ANY = st.builds("#{:06x}".format, st.integers(0, 0xFFFFFF))


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@given(ANY)
def test_a_colour_or_a_darker_shade_of_it_can_be_used(colour: str) -> None:
    nearest = nearest_legible(colour)
    assert is_legible(nearest)
    assert (nearest == colour) is is_legible(colour)


@given(ANY)
def test_each_text_can_be_read_on_each_ground(colour: str) -> None:
    made = palette_of(nearest_legible(colour))
    light = {
        (text, ground)
        for text in (made.brand, made.strong)
        for ground in (*colours.LIGHT_GROUNDS, made.tint)
    }
    dark = {
        (text, ground)
        for text in (made.dark_brand, made.dark_strong)
        for ground in (*colours.DARK_GROUNDS, made.dark_tint)
    }
    # A button's word on it, by light and by dark, and soft words on a tint.
    words = {
        (colours.WHITE, made.brand),
        (colours.WHITE, made.strong),
        (colours.DARK_GROUNDS[0], made.dark_brand),
        (colours.DARK_GROUNDS[0], made.dark_strong),
        (colours.SOFT_INK, made.tint),
        (colours.SOFT_CREAM, made.dark_tint),
    }
    too_low = {pair: contrast(*pair) for pair in light | dark | words if contrast(*pair) < 4.5}
    assert too_low == {}
