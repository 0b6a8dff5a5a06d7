"""The one door to stored files: a local folder or S3, by `UPLOADS_URL`.

Guarantee: a key is made by us, never by a visitor, so no path leads out of the store; a
picture is decoded and written again, so nothing but pixels is kept of what was sent.
"""

import io
import secrets
from contextlib import suppress
from datetime import timedelta
from functools import cache, partial
from typing import BinaryIO

from flask import current_app
from obstore.store import LocalStore, ObjectStore, S3Store
from PIL import Image, ImageOps, UnidentifiedImageError

from grandequipe.core.errors import Invalid
from grandequipe.core.image_guard import is_safe_to_decode
from grandequipe.core.threads import run_blocking_io

LARGEST_PICTURE = 5 * 1024 * 1024
LARGEST_SIDE = 10_000
# A plain surface of any size fits into a few hundred kilobytes, and into memory as pixels.
MOST_PIXELS = 65_000_000
MOST_DECODED = 25_000_000
PICTURE_SIDE = 320
IN_BANDS = ("LA", "P", "RGBA")
# Rows of what is made.
BAND = 64


@cache
def store_at(url: str) -> ObjectStore:
    """Open the store at an `UPLOADS_URL`, a folder made where there is none.

    S3 is told of by the usual AWS_… variables: keys, region, AWS_ENDPOINT_URL of another provider.
    """
    if url.startswith("file:"):
        return LocalStore.from_url(url, mkdir=True)
    return S3Store.from_url(
        url,
        # The operator chose http:// for a server beside this one, where they did.
        client_options={"allow_http": True, "connect_timeout": "3s", "timeout": "20s"},
        retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=20)},
    )


def store(content: bytes, folder: str, extension: str) -> str:
    """Keep `content` under a new unguessable key and return the key."""
    key = f"{folder}/{secrets.token_urlsafe(16)}.{extension}"
    run_blocking_io(partial(_store().put, key, content))
    return key


def read(key: str) -> bytes:
    """Give the content stored under `key`; raise FileNotFoundError."""
    kept = _store()
    return run_blocking_io(lambda: bytes(kept.get(key).bytes()))


def remove(key: str) -> None:
    """Forget the content stored under `key`, if there is any."""
    with suppress(FileNotFoundError):
        run_blocking_io(partial(_store().delete, key))


def square_picture(source: BinaryIO) -> bytes:
    """Turn an upload into a square WebP without metadata; raise Invalid on anything else."""
    content = source.read(LARGEST_PICTURE + 1)
    if len(content) > LARGEST_PICTURE:
        raise Invalid({"picture": "too_large"})
    if not is_safe_to_decode(content):
        raise Invalid({"picture": "not_a_picture"})
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as image:
            _refuse_if_larger(image, MOST_PIXELS)
            # A photograph is decoded at a fraction of its size: what is kept is small.
            image.draft("RGB", (2 * PICTURE_SIDE, 2 * PICTURE_SIDE))
            _refuse_if_larger(image, MOST_DECODED)
            reduced = _reduced(image) if image.mode in IN_BANDS else image
            square = ImageOps.fit(reduced, (PICTURE_SIDE, PICTURE_SIDE))
            written = io.BytesIO()
            # Turned last, when it is small: turning makes a copy.
            _on_white(ImageOps.exif_transpose(square)).save(written, "WEBP", quality=82)
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError, ValueError, SyntaxError):
        raise Invalid({"picture": "not_a_picture"}) from None
    return written.getvalue()


def _reduced(image: Image.Image) -> Image.Image:
    """Give the middle square of a large picture at a fraction of its size, in full colour.

    The numbers of a palette have no colours between them, and what shows through is weighed: each
    needs a copy of four bytes a pixel. So it is made of a band at a time.
    """
    side = min(image.size)
    factor = max(1, side // (2 * PICTURE_SIDE))
    length = side // factor
    left, top = ((each - length * factor) // 2 for each in image.size)
    reduced = Image.new("RGBA", (length, length))
    for row in range(0, length, BAND):
        upper, lower = row * factor, min(row + BAND, length) * factor
        band = image.crop((left, top + upper, left + length * factor, top + lower))
        reduced.paste(band.convert("RGBA").reduce(factor), (0, row))
    reduced.info = {name: said for name, said in image.info.items() if name != "transparency"}
    return reduced


def _on_white(image: Image.Image) -> Image.Image:
    """Give an image without transparency: what shows through is white, as the sheet of a logo."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    drawn = image.convert("RGBA")
    sheet = Image.new("RGBA", drawn.size, "white")
    return Image.alpha_composite(sheet, drawn).convert("RGB")


def _refuse_if_larger(image: Image.Image, pixels: int) -> None:
    width, height = image.size
    if max(width, height) > LARGEST_SIDE or width * height > pixels:
        raise Invalid({"picture": "too_many_pixels"})


def _store() -> ObjectStore:
    return store_at(current_app.config["SETTINGS"].uploads_url)
