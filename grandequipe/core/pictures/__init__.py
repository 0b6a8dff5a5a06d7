"""Pictures and documents that members send: decoded, resized and written again as WebP.

Guarantee: no byte of a file reaches a decoder in a web process or worker. A process of its own
decodes it, within limits of time and memory, with no other file open (see `decoder`);
nothing but pixels is kept of what was sent.
"""

from collections.abc import Sequence
from typing import BinaryIO

from grandequipe.core.errors import Invalid
from grandequipe.core.pictures.process import (
    Reduced as Reduced,
    decode as decode,
    read_document as read_document,
    reduce as reduce,
)

LARGEST_PICTURE = 5 * 1024 * 1024
PICTURE_SIDE = 320
# Pixels of the longer side of a picture that is shown over a whole page.
LARGEST_SIDE = 2000


def square_picture(source: BinaryIO) -> bytes:
    """Turn an upload into a square WebP without metadata; raise Invalid on anything else.

    The error of `picture` is `too_large` (bytes), `too_many_pixels` or `not_a_picture`.
    """
    decoded = decode(_read(source), [PICTURE_SIDE])
    if isinstance(decoded, str):
        raise Invalid({"picture": decoded})
    return decoded[PICTURE_SIDE]


def wide_picture(source: BinaryIO, widths: Sequence[int]) -> Reduced:
    """Turn an upload into WebPs of some widths without metadata; raise Invalid as above."""
    reduced = reduce(_read(source), LARGEST_SIDE, widths)
    if isinstance(reduced, str):
        raise Invalid({"picture": reduced})
    return reduced


def _read(source: BinaryIO) -> bytes:
    content = source.read(LARGEST_PICTURE + 1)
    if len(content) > LARGEST_PICTURE:
        raise Invalid({"picture": "too_large"})
    return content
