"""The program that decodes a picture: `python -I decoder.py SIDE…`, the file on standard input.

It writes a line of JSON, `{"lengths": {"SIDE": BYTES}}` and behind it the squares as WebP, or
`{"refused": "too_many_pixels"}`. Where a decoder asks for more than the limits, the system ends the
process. It imports nothing of the project, so that it starts fast and knows nothing.
"""

import io
import json
import os
import resource
import sys

# All that Pillow would import when it meets it: by then no file can be opened.
from PIL import (
    Image,
    ImageOps,
    MpoImagePlugin as MpoImagePlugin,
    TiffImagePlugin as TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin as WebPImagePlugin,
)

FORMATS = ("JPEG", "PNG", "WEBP")
MEGABYTE = 1024 * 1024
LIMITS = {
    # Seconds of a processor: the slowest photograph of those that are accepted takes one.
    resource.RLIMIT_CPU: 8,
    # The interpreter, and what a WebP of so many pixels takes: its decoder keeps five copies.
    resource.RLIMIT_AS: 640 * MEGABYTE,
    resource.RLIMIT_FSIZE: 8 * MEGABYTE,
    # Standard input, output and errors are open; no other file, socket or pipe can be.
    resource.RLIMIT_NOFILE: 3,
    resource.RLIMIT_CORE: 0,
}
# On one machine a page that somebody waits for goes first.
GIVES_WAY = 5
LARGEST_SIDE = 10_000
# Of a photograph, which is decoded at a fraction of its size, and of what is decoded as it is.
MOST_PIXELS = 65_000_000
MOST_DECODED = 25_000_000
QUALITY = 82


class TooManyPixelsError(Exception):
    """The picture may be harmless, but it has more pixels than are decoded."""


def main(sides: list[int]) -> None:
    """Answer on standard output; what the system ends within has no answer."""
    Image.preinit()
    os.nice(GIVES_WAY)
    for limit, most in LIMITS.items():
        resource.setrlimit(limit, (most, most))
    squares: dict[int, bytes] = {}
    try:
        squares = _squares(sys.stdin.buffer.read(), sides)
        said: dict[str, object] = {
            "lengths": {side: len(square) for side, square in squares.items()}
        }
    except (TooManyPixelsError, Image.DecompressionBombError, MemoryError):
        said = {"refused": "too_many_pixels"}
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        said = {"refused": "not_a_picture"}
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + b"".join(squares.values()))


def _squares(content: bytes, sides: list[int]) -> dict[int, bytes]:
    """Give the middle square of a picture by the length of its side."""
    with Image.open(io.BytesIO(content), formats=FORMATS) as image:
        _refuse_if_larger(image, MOST_PIXELS)
        # A photograph is decoded at a fraction of its size: what is kept is small.
        image.draft("RGB", (2 * max(sides), 2 * max(sides)))
        _refuse_if_larger(image, MOST_DECODED)
        # The numbers of a palette have no colours between them.
        full = image.convert("RGBA" if image.has_transparency_data else "RGB")
        # Turned last, when it is small: turning makes a copy.
        cut = {side: ImageOps.exif_transpose(ImageOps.fit(full, (side, side))) for side in sides}
    return {side: _as_webp(_on_white(square)) for side, square in cut.items()}


def _on_white(image: Image.Image) -> Image.Image:
    """Give an image without transparency: what shows through is white, as the sheet of a logo."""
    if image.mode == "RGB":
        return image
    sheet = Image.new("RGBA", image.size, "white")
    sheet.alpha_composite(image)
    return sheet.convert("RGB")


def _as_webp(image: Image.Image) -> bytes:
    written = io.BytesIO()
    image.save(written, "WEBP", quality=QUALITY)
    return written.getvalue()


def _refuse_if_larger(image: Image.Image, pixels: int) -> None:
    width, height = image.size
    if max(width, height) > LARGEST_SIDE or width * height > pixels:
        raise TooManyPixelsError


if __name__ == "__main__":
    main([int(side) for side in sys.argv[1:]])
