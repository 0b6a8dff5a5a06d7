"""The program that decodes what members send: `python -I decoder.py MODE NUMBER…`.

The file is on standard input. The modes, and what they make as WebP, without metadata:

    squares SIDE…            the middle square of a picture, for each side
    widths LARGEST WIDTH…    `content`, upright and at most LARGEST pixels long, and each WIDTH that
                             the picture is wider than; what is animated stays so, within limits
    page CHARACTERS WIDTH…   each WIDTH of the first page of a PDF, and so much of its text

It writes a line of JSON, `{"width": …, "height": …, "text": …, "lengths": {NAME: BYTES}}`, and
behind it these WebP files; or `{"refused": "too_many_pixels"}`. Where a decoder asks for more than
the limits, the system ends the process. It imports nothing of the project, so that it starts fast
and knows nothing.
"""

import codecs
import io
import json
import os
import resource
import sys
import time
from dataclasses import dataclass, field
from typing import Any, BinaryIO

# All that Pillow would import when it meets it: by then no file can be opened.
from PIL import (
    GifImagePlugin as GifImagePlugin,
    Image,
    ImageCms,
    ImageOps,
    ImageSequence,
    MpoImagePlugin as MpoImagePlugin,
    TiffImagePlugin as TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin as WebPImagePlugin,
)

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What one mode may take.

    `seconds` of a processor; `megabytes` of memory, the interpreter included; `written` megabytes
    of answer. `side` in pixels; `pixels` of a photograph, which is decoded at a fraction of its
    size, and `decoded` of what is decoded as it is. `gives_way` is the nice value: on one machine
    a page that somebody waits for goes first.
    """

    seconds: int
    megabytes: int
    written: int
    gives_way: int
    formats: tuple[str, ...] = ()
    side: int = 0
    pixels: int = 0
    decoded: int = 0
    quality: int = 80

    def set(self) -> None:
        """Have the system hold them, for good."""
        os.nice(self.gives_way)
        for kind, most in (
            (resource.RLIMIT_CPU, self.seconds),
            (resource.RLIMIT_AS, self.megabytes * MEGABYTE),
            (resource.RLIMIT_FSIZE, self.written * MEGABYTE),
            # Standard input, output and errors are open; no other file, socket or pipe can be.
            (resource.RLIMIT_NOFILE, 3),
            (resource.RLIMIT_CORE, 0),
        ):
            resource.setrlimit(kind, (most, most))

    def require(self, size: tuple[int, int], pixels: int) -> None:
        """Refuse a size; raise TooManyPixelsError."""
        if max(size) > self.side or size[0] * size[1] > pixels:
            raise TooManyPixelsError


# The slowest photograph of those that are accepted takes a second; the decoder of a WebP keeps
# five copies of it.
SQUARES = Limits(
    8, 640, 8, 5, ("JPEG", "PNG", "WEBP"), 10_000, 65_000_000, 25_000_000, quality=82
)  # fmt: skip
# A photograph of 48 megapixels takes six seconds.
WIDTHS = Limits(
    30, 1200, 32, 10, ("JPEG", "PNG", "WEBP", "GIF", "HEIF"), 12_000, 110_000_000, 52_000_000
)  # fmt: skip
PAGE = Limits(40, 1200, 32, 10)
# Of all the pictures of a moving one together; of more, the first is kept, which stands still.
MOST_FRAMES = 300
MOST_MOVING = 40_000_000
# A page is drawn where its longer side is no more times as long as the other.
MOST_ELONGATED = 4
# Of a document whose text is read, and the seconds of a processor after which no page is begun.
MOST_PAGES = 500
READS_FOR = 15
ORIENTATION = 0x0112


class TooManyPixelsError(Exception):
    """The picture may be harmless, but it has more pixels than are decoded."""


@dataclass
class Answer:
    """The result: WebP files by their name, the size of the largest, and the text."""

    pictures: dict[str, bytes] = field(default_factory=dict)
    size: tuple[int, int] = (0, 0)
    text: str = ""

    def write(self) -> None:
        """Write it on standard output."""
        lengths = {name: len(picture) for name, picture in self.pictures.items()}
        width, height = self.size
        said = {"width": width, "height": height, "text": self.text, "lengths": lengths}
        sys.stdout.buffer.write(json.dumps(said).encode() + b"\n")
        sys.stdout.buffer.write(b"".join(self.pictures.values()))


def main(mode: str, numbers: list[int]) -> None:
    """Answer on standard output; what the system ends within has no answer."""
    make = {"squares": _squares, "widths": _widths, "page": _page}[mode]
    Image.preinit()
    # Only where it is needed: each takes as long to load as all the rest.
    if mode == "widths":
        import pillow_heif  # noqa: PLC0415

        pillow_heif.register_heif_opener(thumbnails=False, decode_threads=1)
    if mode == "page":
        import pypdfium2 as pypdfium2  # noqa: PLC0415

        codecs.lookup("utf-16-le")
    {"squares": SQUARES, "widths": WIDTHS, "page": PAGE}[mode].set()
    try:
        make(sys.stdin.buffer, numbers).write()
    except (TooManyPixelsError, Image.DecompressionBombError, MemoryError):
        _refuse("too_many_pixels")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, RuntimeError, EOFError):
        _refuse("not_a_picture")


def _refuse(reason: str) -> None:
    sys.stdout.buffer.write(json.dumps({"refused": reason}).encode() + b"\n")


def _squares(source: BinaryIO, sides: list[int]) -> Answer:
    with Image.open(io.BytesIO(source.read()), formats=SQUARES.formats) as image:
        SQUARES.require(image.size, SQUARES.pixels)
        # A photograph is decoded at a fraction of its size: what is kept is small.
        image.draft("RGB", (2 * max(sides), 2 * max(sides)))
        SQUARES.require(image.size, SQUARES.decoded)
        full = _coloured(image)
        cut = [ImageOps.fit(full, (side, side)) for side in sides]
        orientation, profile = image.getexif().get(ORIENTATION), image.info.get("icc_profile")
    upright = [_upright(_in_srgb(each, profile), orientation) for each in cut]
    squares = {
        str(side): _as_webp([_on_white(square)], SQUARES.quality)
        for side, square in zip(sides, upright, strict=True)
    }
    return Answer(squares)


def _widths(source: BinaryIO, numbers: list[int]) -> Answer:
    largest, *widths = numbers
    with Image.open(io.BytesIO(source.read()), formats=WIDTHS.formats) as image:
        WIDTHS.require(image.size, WIDTHS.pixels)
        # A photograph is decoded at a fraction of its size.
        image.draft("RGB", (largest, largest))
        WIDTHS.require(image.size, WIDTHS.decoded)
        if _is_moving(image):
            return _moving(image, largest, widths)
        full = _coloured(image)
        orientation, profile = image.getexif().get(ORIENTATION), image.info.get("icc_profile")
    upright = _upright(_in_srgb(_within(full, largest), profile), orientation)
    pictures = {"content": _as_webp([upright])}
    for width in widths:
        if width < upright.width:
            pictures[str(width)] = _as_webp([_of_width(upright, width)])
    return Answer(pictures, upright.size)


def _page(source: BinaryIO, numbers: list[int]) -> Answer:
    """Draw the first page, and read the text of the first pages.

    Scripts of the document are not run: this library has nothing that could.
    """
    import pypdfium2  # noqa: PLC0415

    characters, *widths = numbers
    document = pypdfium2.PdfDocument(source)
    page = document[0]
    answer = Answer()
    width, height = page.get_size()
    if 0 < max(width, height) <= MOST_ELONGATED * min(width, height):
        # The library rounds up.
        drawn = page.render(scale=max(widths) / width).to_pil().convert("RGB")
        drawn = _of_width(drawn, max(widths))
        answer.size = drawn.size
        for each in widths:
            answer.pictures[str(each)] = _as_webp([_of_width(drawn, each)])
    answer.text = _text_of(document, characters)
    return answer


def _text_of(document: Any, characters: int) -> str:
    texts: list[str] = []
    left = characters
    for number in range(min(len(document), MOST_PAGES)):
        if left <= 0 or time.process_time() > READS_FOR:
            break
        try:
            text = document[number].get_textpage().get_text_range(0, -1)[:left]
        except (RuntimeError, ValueError, OSError):
            continue
        texts.append(text)
        left -= len(text) + 1
    return "\n".join(texts)[:characters]


def _coloured(image: Image.Image) -> Image.Image:
    """Give an image as colours: the numbers of a palette have no colours between them.

    What a profile describes in other colours, such as those of print, stays until it is converted.
    """
    if image.mode == "CMYK" and image.info.get("icc_profile"):
        image.load()
        return image
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert what a profile describes to the colours that a browser takes a WebP without one for.

    It stays as it is where the profile is none, or of other colours.
    """
    if profile:
        alpha = image.getchannel("A") if image.mode == "RGBA" else None
        opaque = image.convert("RGB") if alpha else image
        try:
            of_image = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
            converted = ImageCms.profileToProfile(opaque, of_image, srgb, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            converted = None
        if converted:
            if alpha:
                converted.putalpha(alpha)
            image = converted
    return image if image.mode in ("RGB", "RGBA") else image.convert("RGB")


def _upright(image: Image.Image, orientation: int | None) -> Image.Image:
    """Turn a picture as the camera was held, when it is small: turning makes a copy."""
    image.info = {}
    if orientation not in range(2, 9):
        return image
    image.getexif()[ORIENTATION] = orientation
    return ImageOps.exif_transpose(image)


def _on_white(image: Image.Image) -> Image.Image:
    """Give an image without transparency: what shows through is white, as the sheet of a logo."""
    if image.mode == "RGB":
        return image
    sheet = Image.new("RGBA", image.size, "white")
    sheet.alpha_composite(image)
    return sheet.convert("RGB")


def _is_moving(image: Image.Image) -> bool:
    frames = getattr(image, "n_frames", 1)
    pixels = frames * image.width * image.height
    return (
        image.format in ("GIF", "WEBP", "PNG")
        and 1 < frames <= MOST_FRAMES
        and (pixels <= MOST_MOVING)
    )


def _moving(image: Image.Image, largest: int, widths: list[int]) -> Answer:
    """Reduce each picture of a moving one; it goes on as long, and as often."""
    loop, profile = image.info.get("loop", 1), image.info.get("icc_profile")
    frames, durations = [], []
    for frame in ImageSequence.Iterator(image):
        frames.append(_in_srgb(_within(frame.convert("RGBA"), largest), profile))
        durations.append(max(20, int(frame.info.get("duration") or 100)))
    moving = {"save_all": True, "duration": durations, "loop": loop}
    pictures = {"content": _as_webp(frames, **moving)}
    for width in widths:
        if width < frames[0].width:
            pictures[str(width)] = _as_webp([_of_width(each, width) for each in frames], **moving)
    return Answer(pictures, frames[0].size)


def _within(image: Image.Image, largest: int) -> Image.Image:
    if max(image.size) <= largest:
        return image
    return ImageOps.contain(image, (largest, largest))


def _of_width(image: Image.Image, width: int) -> Image.Image:
    if image.width == width:
        return image
    height = max(1, round(image.height * width / image.width))
    return image.resize((width, height), Image.Resampling.LANCZOS)


def _as_webp(frames: list[Image.Image], quality: int = WIDTHS.quality, **moving: object) -> bytes:
    written = io.BytesIO()
    for frame in frames:
        frame.info = {}
    more = {**moving, "append_images": frames[1:]} if len(frames) > 1 else {}
    frames[0].save(written, "WEBP", quality=quality, exif=b"", xmp=b"", icc_profile=b"", **more)
    return written.getvalue()


if __name__ == "__main__":
    main(sys.argv[1], [int(number) for number in sys.argv[2:]])
