"""The parts of a picture file, counted before a decoder walks them.

Guarantee: what passes is made of as few parts as cameras and programs write. A decoder goes through
all parts of a file, some of them at milliseconds each, while a web process serves nobody else: a
file of a few hundred kilobytes made of nothing but parts would hold it up for a minute. To count
costs little: the bytes between two parts are passed over in C, and counting ends with the first
part too many.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice

# A colour profile, a map of depths or a second picture come in pieces of 64 kB: 80 fill a file.
MOST_SEGMENTS = 200
# A progressive JPEG has about ten, a thoroughly optimised one twice as many.
MOST_SCANS = 30
# The usual piece of a PNG's pixels is 8 kB: the largest file that is taken has 640.
MOST_CHUNKS = 4_000
MOST_FILLING = 1_024
FILLING = b"\xff" * MOST_FILLING

# In the pixels of a JPEG, 0xFF stands before a zero or the number of a restart.
MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])")
START, END, SCAN = 0xD8, 0xD9, 0xDA
# Frames as browsers show them, tables, scans, what applications add, comments.
SEGMENTS = {0xC0, 0xC1, 0xC2, 0xC4, SCAN, 0xDB, 0xDD, *range(0xE0, 0xF0), 0xFE}


def is_safe_to_decode(content: bytes) -> bool:
    """Tell whether a picture may be given to a decoder; of what is none, a decoder says so."""
    for beginning, judge in JUDGES.items():
        if content.startswith(beginning):
            return judge(content)
    return False


def _is_jpeg_safe(content: bytes) -> bool:
    try:
        markers = list(islice(_segments(content), MOST_SEGMENTS + 1))
    except ValueError:
        return False
    return len(markers) <= MOST_SEGMENTS and markers.count(SCAN) <= MOST_SCANS


def _segments(content: bytes) -> Iterator[int]:
    """Give the marker of each segment; raise ValueError at what no camera writes."""
    at, marker = 2, START
    while found := MARKER.search(content, at):
        _refuse_filling(content, at, found.start(), is_within_scan=marker == SCAN)
        marker = found[1][0]
        if marker == END:
            return
        if marker not in SEGMENTS:
            raise ValueError(marker)
        yield marker
        length = int.from_bytes(content[found.end() : found.end() + 2])
        at = found.end() + max(length, 2)
    _refuse_filling(content, at, len(content), is_within_scan=marker == SCAN)


def _refuse_filling(content: bytes, start: int, end: int, *, is_within_scan: bool) -> None:
    """Refuse many bytes that mean nothing: before the pixels a decoder looks at each in Python."""
    if not is_within_scan and end - start > MOST_FILLING:
        raise ValueError(start)
    if content.find(FILLING, start, end) >= 0:
        raise ValueError(start)


def _is_png_safe(content: bytes) -> bool:
    """Count chunks of a length, a name, their content and a sum."""
    return _has_few_chunks(content, 8, lambda at: 12 + int.from_bytes(content[at : at + 4]))


def _is_webp_safe(content: bytes) -> bool:
    """Count chunks of a name, a length and their content, each filled up to an even length."""

    def length(at: int) -> int:
        written = int.from_bytes(content[at + 4 : at + 8], "little")
        return 8 + written + written % 2

    return _has_few_chunks(content, 12, length)


def _has_few_chunks(content: bytes, at: int, length: Callable[[int], int]) -> bool:
    for _chunk in range(MOST_CHUNKS):
        if at >= len(content):
            return True
        at += length(at)
    return False


JUDGES: Mapping[bytes, Callable[[bytes], bool]] = {
    b"\xff\xd8\xff": _is_jpeg_safe,
    b"\x89PNG\r\n\x1a\n": _is_png_safe,
    b"RIFF": _is_webp_safe,
}
