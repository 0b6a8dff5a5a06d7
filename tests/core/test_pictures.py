"""A small file that unfolds into a huge picture is refused before it does."""

import io

import pytest
from PIL import Image

from grandequipe.core.errors import Invalid
from grandequipe.core.files import square_picture


def written(kind: str, size: tuple[int, int]) -> io.BytesIO:
    file = io.BytesIO()
    Image.new("L", size).save(file, kind)
    file.seek(0)
    return file


@pytest.mark.parametrize(("kind", "size"), [("PNG", (6_000, 5_000)), ("JPEG", (9_000, 8_000))])
def test_a_plain_surface_of_many_pixels_is_too_large(kind, size) -> None:
    with pytest.raises(Invalid) as refused:
        square_picture(written(kind, size))
    assert refused.value.errors == {"picture": "too_many_pixels"}


def test_a_photograph_of_a_good_telephone_is_taken(app) -> None:
    assert Image.open(io.BytesIO(square_picture(written("JPEG", (8_000, 6_000))))).size == (
        320,
        320,
    )


def logo() -> Image.Image:
    """Draw a red square on nothing."""
    drawn = Image.new("RGBA", (400, 400))
    drawn.paste((200, 30, 30, 255), (100, 100, 300, 300))
    return drawn


SEE_THROUGH = {
    "RGBA": (logo(), "PNG", {}),
    "LA": (logo().convert("LA"), "PNG", {}),
    "a palette": (logo().quantize(8), "PNG", {}),
    "a colour that stands for nothing": (Image.new("L", (400, 400), 7), "PNG", {"transparency": 7}),
    "WebP": (logo(), "WEBP", {}),
}


@pytest.mark.parametrize("name", SEE_THROUGH)
def test_what_shows_through_is_white(app, name: str) -> None:
    """B12: a logo on nothing was laid on black."""
    drawn, kind, options = SEE_THROUGH[name]
    file = io.BytesIO()
    drawn.save(file, kind, **options)
    file.seek(0)
    corner = Image.open(io.BytesIO(square_picture(file))).convert("RGB").getpixel((5, 5))
    assert min(corner) > 250
