"""Pictures of people who do not exist: soft shapes, drawn from their name."""

import io
import random
from collections.abc import Sequence

from PIL import Image, ImageDraw

from grandequipe.core.files import PICTURE_SIDE

PALETTES = (
    ("#2F3FBF", "#FFC845", "#F2644F"),
    ("#14866D", "#FBE3B5", "#2F3FBF"),
    ("#F2644F", "#FBF8F3", "#1D1B3A"),
    ("#FFC845", "#14866D", "#FBF8F3"),
    ("#7A4FBF", "#FFC845", "#E4DED3"),
    ("#1D1B3A", "#F2644F", "#FFC845"),
)


def draw_picture(name: str) -> bytes:
    """Draw the picture that goes with a name, always the same, as WebP."""
    chance = random.Random(name)  # noqa: S311  (shapes, not secrets)
    ground, *inks = chance.choice(PALETTES)
    image = Image.new("RGB", (PICTURE_SIDE, PICTURE_SIDE), ground)
    pen = ImageDraw.Draw(image)
    for ink in (*inks, inks[0]):
        _shape(pen, chance, ink)
    written = io.BytesIO()
    image.save(written, "WEBP", quality=82)
    return written.getvalue()


def _shape(pen: ImageDraw.ImageDraw, chance: random.Random, ink: str) -> None:
    side = chance.randint(PICTURE_SIDE // 3, PICTURE_SIDE * 2 // 3)
    left, top = (chance.randint(-side // 3, PICTURE_SIDE - side * 2 // 3) for _ in range(2))
    box: Sequence[float] = (left, top, left + side, top + side)
    chance.choice((_disc, _quarter, _arch))(pen, box, ink)


def _disc(pen: ImageDraw.ImageDraw, box: Sequence[float], ink: str) -> None:
    pen.ellipse(box, fill=ink)


def _quarter(pen: ImageDraw.ImageDraw, box: Sequence[float], ink: str) -> None:
    pen.pieslice(box, 180, 270, fill=ink)


def _arch(pen: ImageDraw.ImageDraw, box: Sequence[float], ink: str) -> None:
    left, top, right, bottom = box
    pen.pieslice(box, 180, 360, fill=ink)
    pen.rectangle((left, (top + bottom) / 2, right, bottom), fill=ink)
