"""Pictures of invented people: shapes, drawn from their name."""

import io
import random
from collections.abc import Sequence

from PIL import Image, ImageDraw

from grandequipe.core.pictures import PICTURE_SIDE

PALETTES = (
    ("#2F3FBF", "#FFC845", "#F2644F"),
    ("#14866D", "#FBE3B5", "#2F3FBF"),
    ("#F2644F", "#FBF8F3", "#1D1B3A"),
    ("#FFC845", "#14866D", "#FBF8F3"),
    ("#7A4FBF", "#FFC845", "#E4DED3"),
    ("#1D1B3A", "#F2644F", "#FFC845"),
)


def draw_picture(name: str) -> bytes:
    """Draw a picture, always the same for the same name; return it as WebP."""
    chance = random.Random(name)  # noqa: S311  (shapes, not secrets)
    background, *colours = chance.choice(PALETTES)
    image = Image.new("RGB", (PICTURE_SIDE, PICTURE_SIDE), background)
    draw = ImageDraw.Draw(image)
    for colour in (*colours, colours[0]):
        _shape(draw, chance, colour)
    file = io.BytesIO()
    image.save(file, "WEBP", quality=82)
    return file.getvalue()


def _shape(draw: ImageDraw.ImageDraw, chance: random.Random, colour: str) -> None:
    side = chance.randint(PICTURE_SIDE // 3, PICTURE_SIDE * 2 // 3)
    left, top = (chance.randint(-side // 3, PICTURE_SIDE - side * 2 // 3) for _ in range(2))
    box: Sequence[float] = (left, top, left + side, top + side)
    chance.choice((_disc, _quarter, _arch))(draw, box, colour)


def _disc(draw: ImageDraw.ImageDraw, box: Sequence[float], colour: str) -> None:
    draw.ellipse(box, fill=colour)


def _quarter(draw: ImageDraw.ImageDraw, box: Sequence[float], colour: str) -> None:
    draw.pieslice(box, 180, 270, fill=colour)


def _arch(draw: ImageDraw.ImageDraw, box: Sequence[float], colour: str) -> None:
    left, top, right, bottom = box
    draw.pieslice(box, 180, 360, fill=colour)
    draw.rectangle((left, (top + bottom) / 2, right, bottom), fill=colour)
