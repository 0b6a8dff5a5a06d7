"""A file that is made to cost a decoder much is refused, or costs a process of its own little."""

import io
import json
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable

import pytest
from PIL import Image, ImageCms

from grandequipe.core.pictures import decoder, square_picture
from grandequipe.core.pictures.process import decode

LARGEST_SEGMENT = 65_533
# Bytes of a square of 320 pixels.
SMALL = 100_000


def segment(marker: int, content: bytes = b"") -> bytes:
    """Write a segment of a JPEG."""
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def chunk(name: bytes, content: bytes = b"") -> bytes:
    """Write a chunk of a PNG."""
    summed = struct.pack(">I", zlib.crc32(name + content))
    return struct.pack(">I", len(content)) + name + content + summed


def photograph(kind: str, **options: object) -> bytes:
    """Make a picture with something to see in it, large enough for several pieces of pixels."""
    file = io.BytesIO()
    noise = [Image.effect_noise((1200, 900), sigma) for sigma in (40, 60, 80)]
    Image.merge("RGB", noise).save(file, kind, **options)
    return file.getvalue()


def with_segments(*segments: bytes) -> bytes:
    """Put segments into a photograph, right after its start."""
    picture = photograph("JPEG")
    return picture[:2] + b"".join(segments) + picture[2:]


def endless_scans() -> bytes:
    """Make a progressive JPEG that refines the same empty surface over and over."""
    file = io.BytesIO()
    Image.new("L", (64, 64)).save(file, "JPEG", progressive=True)
    picture = file.getvalue()
    scan = picture.rindex(b"\xff\xda")
    return picture[:scan] + picture[scan:-2] * 5_000 + picture[-2:]


def png_with(chunks: bytes) -> bytes:
    """Put chunks before the pixels of a PNG."""
    picture = photograph("PNG")
    pixels = picture.index(b"IDAT") - 4
    return picture[:pixels] + chunks + picture[pixels:]


def webp_with(chunks: bytes) -> bytes:
    """Put chunks at the end of a WebP."""
    picture = photograph("WEBP", exif=orientation()) + chunks
    return picture[:4] + struct.pack("<I", len(picture) - 8) + picture[8:]


def orientation() -> Image.Exif:
    """Note that a telephone was held upright."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


HOSTILE: dict[str, Callable[[], bytes]] = {
    "scans": endless_scans,
    "Exif": lambda: with_segments(segment(0xE1, b"Exif\0\0") * 100_000),
    "comments": lambda: with_segments(segment(0xFE) * 100_000),
    "filling": lambda: with_segments(b"\xff" * 1_000_000),
    "nothing": lambda: with_segments(b"\xff\x00" * 500_000),
    "filling among pixels": lambda: photograph("JPEG")[:-2] + b"\xff" * 1_000_000,
    "segments within one": lambda: with_segments(
        segment(0xF0, b"\xff\xe1\0\x08Exif\0\0" * 6_500) * 50
    ),
    "chunks of a PNG": lambda: png_with(chunk(b"IDAT") * 100_000),
    "chunks of a WebP": lambda: webp_with(b"JUNK\0\0\0\0" * 100_000),
}


# What becomes of a picture, and what the processes that it took have cost: memory and time.
PLAY = """
import io, json, resource, sys
from grandequipe.core.errors import Invalid
from grandequipe.core.pictures import square_picture

try:
    answer = len(square_picture(io.BytesIO(sys.stdin.buffer.read())))
except Invalid as refused:
    answer = refused.errors["picture"]
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([answer, used.ru_maxrss // 1024, used.ru_utime + used.ru_stime]))
"""


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_picture_is_refused_or_harmless(name: str) -> None:
    played = subprocess.run(
        [sys.executable, "-c", PLAY], input=HOSTILE[name](), capture_output=True, check=True
    )
    answer, megabytes, seconds = json.loads(played.stdout.splitlines()[-1])
    assert answer == "not_a_picture" or answer < SMALL
    assert 0 < megabytes < decoder.SQUARES.megabytes
    assert 0 < seconds <= decoder.SQUARES.seconds + 1


def test_a_decoder_that_does_not_end_is_ended() -> None:
    assert decode(photograph("JPEG"), [320], longest_wait=0.001) == "not_a_picture"


# The program itself, and then what a fault in it could be used for.
WITHIN = """
import runpy, socket, sys
sys.argv = ["decoder", "squares", "320"]
runpy.run_path({program!r}, run_name="__main__")
for take in (lambda: open("/etc/passwd"), socket.socket, lambda: bytearray(700_000_000)):
    try:
        take()
    except (OSError, MemoryError) as refused:
        print(type(refused).__name__, file=sys.stderr)
"""


def test_a_decoder_opens_no_file_and_no_socket() -> None:
    scene = WITHIN.format(program=decoder.__file__)
    played = subprocess.run(
        [sys.executable, "-I", "-c", scene],
        input=photograph("JPEG"),
        capture_output=True,
        check=True,
    )
    assert played.stderr.split() == [b"OSError", b"OSError", b"MemoryError"]


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"optimize": True}])
def test_a_photograph_of_a_telephone_is_taken_with_all_that_it_carries(app, options) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = photograph(
        "JPEG",
        exif=orientation(),
        icc_profile=profile + bytes(200_000),
        xmp=b"<x:xmpmeta/>",
        comment=b"By the river",
        restart_marker_rows=1,
        **options,
    )
    further = segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0".ljust(LARGEST_SEGMENT, b"x"))
    assert taken(picture[:2] + further * 20 + picture[2:]) == (320, 320)


def test_a_telephone_s_picture_with_a_second_one_behind_it_is_taken(app) -> None:
    first, file = Image.open(io.BytesIO(photograph("JPEG"))), io.BytesIO()
    first.save(file, "MPO", save_all=True, append_images=[first.resize((300, 225))])
    assert b"MPF\0" in file.getvalue()
    assert taken(file.getvalue()) == (320, 320)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_picture_of_a_program_is_taken(app, kind: str) -> None:
    assert taken(photograph(kind, exif=orientation())) == (320, 320)


def test_a_png_whose_pixels_come_in_small_pieces_is_taken(app) -> None:
    picture = photograph("PNG")
    at = picture.index(b"IDAT")
    length = struct.unpack(">I", picture[at - 4 : at])[0]
    small = b"".join(
        chunk(b"IDAT", picture[at + 4 + start : at + 4 + min(start + 512, length)])
        for start in range(0, length, 512)
    )
    assert taken(picture[: at - 4] + small + picture[at + 8 + length :]) == (320, 320)


def taken(picture: bytes) -> tuple[int, int]:
    """Have a picture taken, and say how large what is kept is."""
    return Image.open(io.BytesIO(square_picture(io.BytesIO(picture)))).size
