"""A small file that unfolds into a huge picture is refused before it does."""

import io
import subprocess
import sys

import pytest
from PIL import Image

from grandequipe.core.errors import Invalid
from grandequipe.core.pictures import square_picture


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


@pytest.mark.parametrize(
    ("mode", "kind"),
    [(mode, "PNG") for mode in ("P", "L", "LA", "I;16", "RGB", "RGBA")]
    + [("CMYK", "JPEG"), ("RGB", "WEBP"), ("RGBA", "WEBP")],
)
def test_the_largest_picture_of_each_kind_is_decoded_within_the_limits(
    app, mode: str, kind: str
) -> None:
    file = io.BytesIO()
    Image.new(mode, (5_000, 5_000)).save(file, kind)
    file.seek(0)
    assert Image.open(io.BytesIO(square_picture(file))).size == (320, 320)


# A greenlet that goes on only where the web process still serves others while a decoder runs.
BESIDE = """
from gevent import monkey
monkey.patch_all()
import io, os
import gevent
from PIL import Image
from grandequipe.core.pictures import square_picture

def decoders():
    with open(f"/proc/{os.getpid()}/task/{os.getpid()}/children") as children:
        return children.read().split()

def watch():
    while not decoders():
        gevent.sleep(0)
    return True

file = io.BytesIO()
Image.new("RGB", (2000, 2000)).save(file, "PNG")
file.seek(0)
watcher = gevent.spawn(watch)
assert square_picture(file)
print(watcher.get(timeout=30), decoders())
"""


def test_a_web_process_serves_others_while_a_picture_is_decoded() -> None:
    scene = [sys.executable, "-c", BESIDE]
    said = subprocess.run(scene, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "True []"


@pytest.mark.parametrize("size", [(400, 300), (2000, 1500)])
@pytest.mark.parametrize(
    ("mode", "kind"), [("RGB", "JPEG"), ("RGB", "PNG"), ("P", "PNG"), ("RGBA", "WEBP")]
)
def test_a_picture_stands_as_it_was_taken(app, mode: str, kind: str, size: tuple[int, int]) -> None:
    """A telephone that was held upright writes so (Exif, orientation 6): its left side is up."""
    drawn, exif, file = Image.new("RGB", size, "blue"), Image.Exif(), io.BytesIO()
    drawn.paste("red", (0, 0, size[0] // 2, size[1]))
    exif[0x0112] = 6
    drawn.convert(mode).save(file, kind, exif=exif)
    file.seek(0)
    square = Image.open(io.BytesIO(square_picture(file))).convert("RGB")
    for place, (red, blue) in {(160, 40): (True, False), (160, 280): (False, True)}.items():
        found = square.getpixel(place)
        assert (found[0] > 200, found[2] > 200) == (red, blue)


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
