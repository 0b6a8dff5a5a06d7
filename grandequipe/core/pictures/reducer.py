"""The program that reduces a picture to widths: `python -I reducer.py LARGEST WIDTH…`.

The file is on standard input. It writes a line of JSON, `{"width": …, "height": …, "lengths":
{"content": BYTES, "WIDTH": BYTES}}` and behind it these WebP files, upright and without metadata;
or `{"refused": "too_many_pixels"}`. `content` has at most LARGEST pixels on its longer side; a
WIDTH that the picture does not have is left out. What is animated stays so, within limits. The
system ends the process where a decoder asks for more than the limits.
"""

import io
import json
import os
import resource
import sys

# All that Pillow would import when it meets it: by then no file can be opened.
import pillow_heif
from PIL import (
    GifImagePlugin as GifImagePlugin,
    Image,
    ImageOps,
    ImageSequence,
    MpoImagePlugin as MpoImagePlugin,
    TiffImagePlugin as TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin as WebPImagePlugin,
)

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "HEIF")
MEGABYTE = 1024 * 1024
LIMITS = {
    # Seconds of a processor: a photograph of 48 megapixels takes six.
    resource.RLIMIT_CPU: 30,
    resource.RLIMIT_AS: 1200 * MEGABYTE,
    resource.RLIMIT_FSIZE: 32 * MEGABYTE,
    resource.RLIMIT_CORE: 0,
    # Standard input, output and errors are open; no other file, socket or pipe can be.
    resource.RLIMIT_NOFILE: 3,
}
GIVES_WAY = 10
LARGEST_SIDE = 12_000
# Of a photograph, which is decoded at a fraction of its size, and of what is decoded as it is.
MOST_PIXELS = 110_000_000
MOST_DECODED = 52_000_000
# Of all the pictures of a moving one together; of more, the first is kept, which stands still.
MOST_FRAMES = 300
MOST_MOVING = 40_000_000
QUALITY = 80


class TooManyPixelsError(Exception):
    """The picture may be harmless, but it has more pixels than are decoded."""


def main(largest: int, widths: list[int]) -> None:
    """Answer on standard output; what the system ends within has no answer."""
    Image.preinit()
    pillow_heif.register_heif_opener(thumbnails=False, decode_threads=1)
    os.nice(GIVES_WAY)
    for limit, most in LIMITS.items():
        resource.setrlimit(limit, (most, most))
    pictures: dict[str, bytes] = {}
    try:
        size, pictures = _reduced(sys.stdin.buffer.read(), largest, widths)
        said: dict[str, object] = {
            "width": size[0],
            "height": size[1],
            "lengths": {name: len(picture) for name, picture in pictures.items()},
        }
    except (TooManyPixelsError, Image.DecompressionBombError, MemoryError):
        said = {"refused": "too_many_pixels"}
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, RuntimeError, EOFError):
        said = {"refused": "not_a_picture"}
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + b"".join(pictures.values()))


def _reduced(
    content: bytes, largest: int, widths: list[int]
) -> tuple[tuple[int, int], dict[str, bytes]]:
    with Image.open(io.BytesIO(content), formats=FORMATS) as image:
        _refuse_if_larger(image, MOST_PIXELS)
        # A photograph is decoded at a fraction of its size.
        image.draft("RGB", (largest, largest))
        _refuse_if_larger(image, MOST_DECODED)
        if _is_moving(image):
            return _moving(image, largest, widths)
        full = image.convert("RGBA" if image.has_transparency_data else "RGB")
        orientation = image.getexif().get(0x0112)
    full = _within(full, largest)
    # Turned when it is small: turning makes a copy.
    upright = ImageOps.exif_transpose(_with_orientation(full, orientation))
    pictures = {"content": _as_webp([upright])}
    for width in widths:
        if width < upright.width:
            pictures[str(width)] = _as_webp([_of_width(upright, width)])
    return upright.size, pictures


def _with_orientation(image: Image.Image, orientation: int | None) -> Image.Image:
    """Give back to a copy what says how the camera was held, and nothing else of its metadata."""
    image.info = {}
    if orientation in range(2, 9):
        image.getexif()[0x0112] = orientation
    return image


def _is_moving(image: Image.Image) -> bool:
    frames = getattr(image, "n_frames", 1)
    pixels = frames * image.width * image.height
    return (
        image.format in ("GIF", "WEBP", "PNG")
        and 1 < frames <= MOST_FRAMES
        and (pixels <= MOST_MOVING)
    )


def _moving(
    image: Image.Image, largest: int, widths: list[int]
) -> tuple[tuple[int, int], dict[str, bytes]]:
    """Reduce each picture of a moving one; it goes on as long, and as often."""
    loop = image.info.get("loop", 1)
    frames, durations = [], []
    for frame in ImageSequence.Iterator(image):
        frames.append(_within(frame.convert("RGBA"), largest))
        durations.append(max(20, int(frame.info.get("duration") or 100)))
    pictures = {"content": _as_webp(frames, durations, loop)}
    for width in widths:
        if width < frames[0].width:
            reduced = [_of_width(frame, width) for frame in frames]
            pictures[str(width)] = _as_webp(reduced, durations, loop)
    return frames[0].size, pictures


def _within(image: Image.Image, largest: int) -> Image.Image:
    if max(image.size) <= largest:
        return image
    return ImageOps.contain(image, (largest, largest))


def _of_width(image: Image.Image, width: int) -> Image.Image:
    height = max(1, round(image.height * width / image.width))
    return image.resize((width, height), Image.Resampling.LANCZOS)


def _as_webp(frames: list[Image.Image], durations: list[int] | None = None, loop: int = 0) -> bytes:
    written = io.BytesIO()
    for frame in frames:
        frame.info = {}
    moving: dict[str, object] = {}
    if len(frames) > 1:
        moving = {
            "save_all": True, "append_images": frames[1:], "duration": durations, "loop": loop,
        }  # fmt: skip
    frames[0].save(written, "WEBP", quality=QUALITY, exif=b"", xmp=b"", icc_profile=b"", **moving)
    return written.getvalue()


def _refuse_if_larger(image: Image.Image, pixels: int) -> None:
    width, height = image.size
    if max(width, height) > LARGEST_SIDE or width * height > pixels:
        raise TooManyPixelsError


if __name__ == "__main__":
    main(int(sys.argv[1]), [int(width) for width in sys.argv[2:]])
