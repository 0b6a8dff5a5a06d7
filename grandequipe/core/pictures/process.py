"""Starting the process that decodes a picture, and reading its answer.

Guarantee: other greenlets go on meanwhile; the process ends within `LONGEST_WAIT` seconds, and at
most `AT_ONCE` of them run beside one web process or worker, for each may take 600 megabytes.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from threading import BoundedSemaphore
from typing import IO, BinaryIO

import structlog

PROGRAM = Path(__file__).with_name("decoder.py")
# Seconds. The process itself may compute for less: on a busy machine it waits for the processor.
LONGEST_WAIT = 30.0
AT_ONCE = 1
UNREADABLE = "not_a_picture"

log = structlog.get_logger(__name__)
_slots = BoundedSemaphore(AT_ONCE)


def decode(
    content: bytes, sides: Sequence[int], *, longest_wait: float = LONGEST_WAIT
) -> dict[int, bytes] | str:
    """Give the middle square of a picture as WebP, by the length of its side in pixels.

    Or why not: `too_many_pixels`, or `not_a_picture` for what the decoder does not know, or not
    within its limits.
    """
    answer = _ask("squares", sides, BytesIO(content), longest_wait)
    if isinstance(answer, str):
        return answer
    return {int(side): picture for side, picture in answer.pictures.items()}


@dataclass(frozen=True)
class Reduced:
    """A picture as WebP files: `content` and by width, with the size of the largest in pixels.

    A document has no `content` but `text`, and no pictures where its first page cannot be drawn.
    """

    width: int
    height: int
    pictures: Mapping[str, bytes]
    text: str = ""


def reduce(
    content: bytes, largest: int, widths: Sequence[int], *, longest_wait: float = 60.0
) -> Reduced | str:
    """Give a picture upright, without metadata, at most `largest` pixels long, and in widths.

    A width that it does not have is left out. Or why not, as `decode` says it.
    """
    return _ask("widths", [largest, *widths], BytesIO(content), longest_wait)


def read_document(
    source: BinaryIO, characters: int, widths: Sequence[int], *, longest_wait: float = 90.0
) -> Reduced | str:
    """Draw the first page of a PDF in widths, and read so many characters of its text.

    Or why not: `not_a_picture` for one that is protected, broken, or not within the limits.
    """
    return _ask("page", [characters, *widths], source, longest_wait)


def _ask(
    mode: str, numbers: Sequence[int], content: BinaryIO, longest_wait: float
) -> Reduced | str:
    # Files, not pipes: the answer may be no longer than the process may write (RLIMIT_FSIZE), and
    # the process needs no second file open.
    with TemporaryFile() as source, TemporaryFile() as answer, TemporaryFile() as errors:
        copyfileobj(content, source)
        source.seek(0)
        arguments = [mode, *map(str, numbers)]
        with _slots:
            is_done = _run(arguments, source, answer, errors, longest_wait)
        if not is_done:
            return UNREADABLE
        answer.seek(0)
        return _read(answer)


def _run(
    arguments: Sequence[str],
    source: IO[bytes],
    answer: IO[bytes],
    errors: IO[bytes],
    longest_wait: float,
) -> bool:
    """Run the decoder, which sees neither the environment nor the folder of this process."""
    try:
        subprocess.run(
            [sys.executable, "-I", str(PROGRAM), *arguments],
            stdin=source,
            stdout=answer,
            stderr=errors,
            env={},
            cwd="/",
            timeout=longest_wait,
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as failed:
        errors.seek(0)
        last = errors.read(10_000).decode(errors="replace").strip().rpartition("\n")[2]
        code = getattr(failed, "returncode", None)
        log.warning("picture_not_decoded", returncode=code, error=last)
        return False
    return True


def _read(answer: IO[bytes]) -> Reduced | str:
    """Read a line of JSON, and behind it the WebP files that it announces."""
    said = json.loads(answer.readline())
    if "refused" in said:
        return str(said["refused"])
    pictures = {name: answer.read(length) for name, length in said["lengths"].items()}
    return Reduced(said["width"], said["height"], pictures, said["text"])
