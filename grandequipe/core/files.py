"""The one door to stored files: a local folder or S3, by `UPLOADS_URL`.

Guarantee: a key is made by us, never by a visitor, so no path leads out of the store; a
picture is decoded and written again, so nothing but pixels is kept of what was sent.
"""

import io
import secrets
from typing import BinaryIO, cast

import fsspec
from flask import current_app
from PIL import Image, ImageOps, UnidentifiedImageError

from grandequipe.core.errors import Invalid
from grandequipe.core.picture_parts import is_of_few_parts

LARGEST_PICTURE = 5 * 1024 * 1024
LARGEST_SIDE = 10_000
# A plain surface of any size fits into a few hundred kilobytes, and into memory as pixels.
MOST_PIXELS = 65_000_000
MOST_DECODED = 25_000_000
PICTURE_SIDE = 320


def store(content: bytes, folder: str, extension: str) -> str:
    """Keep `content` under a new unguessable key and return the key."""
    key = f"{folder}/{secrets.token_urlsafe(16)}.{extension}"
    with _open(key, "wb") as file:
        file.write(content)
    return key


def read(key: str) -> bytes:
    """Give the content stored under `key`; raise FileNotFoundError."""
    with _open(key, "rb") as file:
        return file.read()


def remove(key: str) -> None:
    """Forget the content stored under `key`, if there is any."""
    fs, path = fsspec.url_to_fs(_address(key))
    if fs.exists(path):
        fs.rm(path)


def square_picture(source: BinaryIO) -> bytes:
    """Turn an upload into a square WebP without metadata; raise Invalid on anything else."""
    content = source.read(LARGEST_PICTURE + 1)
    if len(content) > LARGEST_PICTURE:
        raise Invalid({"picture": "too_large"})
    if not is_of_few_parts(content):
        raise Invalid({"picture": "not_a_picture"})
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as image:
            _refuse_if_larger(image, MOST_PIXELS)
            # A photograph is decoded at a fraction of its size: what is kept is small.
            image.draft("RGB", (2 * PICTURE_SIDE, 2 * PICTURE_SIDE))
            _refuse_if_larger(image, MOST_DECODED)
            square = ImageOps.fit(ImageOps.exif_transpose(image), (PICTURE_SIDE, PICTURE_SIDE))
            written = io.BytesIO()
            square.convert("RGB").save(written, "WEBP", quality=82)
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError, ValueError, SyntaxError):
        raise Invalid({"picture": "not_a_picture"}) from None
    return written.getvalue()


def _refuse_if_larger(image: Image.Image, pixels: int) -> None:
    width, height = image.size
    if max(width, height) > LARGEST_SIDE or width * height > pixels:
        raise Invalid({"picture": "too_many_pixels"})


def _address(key: str) -> str:
    return f"{current_app.config['SETTINGS'].uploads_url.rstrip('/')}/{key}"


def _open(key: str, mode: str) -> BinaryIO:
    options = {"auto_mkdir": True} if _address(key).startswith("file:") else {}
    return cast(BinaryIO, fsspec.open(_address(key), mode, **options).open())
