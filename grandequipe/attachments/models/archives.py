"""Looking into a ZIP file without unpacking it.

Guarantee: the table of contents is measured before it is read, and of each file in it no more than
its first bytes are ever unpacked: a bomb is refused by what it announces.
"""

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import BinaryIO

END = b"PK\x05\x06"
# What stands before the end of a ZIP64: its table is elsewhere, and measured by other numbers.
LOCATOR = b"PK\x06\x07"
# Of the others, zipfile unpacks as much as a chunk holds, whatever the number of bytes asked for.
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# The end of the table, with the longest comment that may stand behind it.
LONGEST_END = 20 + 22 + 65_535
MOST_ENTRIES = 2_000
LARGEST_TABLE = 1024 * 1024
MOST_UNPACKED = 500 * 1024 * 1024
# A text of one repeated character packs a thousand times; what people write packs ten times.
HIGHEST_RATIO = 200
BEGINNING = 4096
LONGEST_PATH = 255


class Reason(StrEnum):
    """Why a file is refused."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_LARGE_UPLOAD = "too_large_upload"
    UNKNOWN = "unknown"
    PAGE = "page"
    MACROS = "macros"
    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    BOMB = "bomb"
    IN_ARCHIVE = "in_archive"
    TOO_MANY = "too_many"
    INFECTED = "infected"
    NOT_SCANNED = "not_scanned"


class BadArchive(Exception):
    """Say why an archive is refused."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass
class Contents:
    """What an archive is: a document of an office suite, an OpenDocument, or files."""

    office: str | None = None
    open_document: str | None = None
    entries: list[tuple[str, bytes]] = field(default_factory=list)


def look_into(source: BinaryIO) -> Contents:
    """Say what an archive holds; raise BadArchive for what is refused whatever is in it."""
    _measure_table(source)
    try:
        with zipfile.ZipFile(source) as archive:
            if len(archive.infolist()) > MOST_ENTRIES:
                raise BadArchive(Reason.BOMB)
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _require_harmless(entries)
            return _contents(archive, entries)
    except (
        zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError,
        RuntimeError,
    ):  # fmt: skip
        raise BadArchive(Reason.DAMAGED) from None


def _measure_table(source: BinaryIO) -> None:
    """Refuse a table of contents that is too long to be read, or is that of a ZIP64."""
    size = source.seek(0, 2)
    source.seek(max(0, size - LONGEST_END))
    tail = source.read(LONGEST_END)
    at = tail.rfind(END)
    if at < 0 or len(tail) - at < 22:
        raise BadArchive(Reason.DAMAGED)
    entries = int.from_bytes(tail[at + 10 : at + 12], "little")
    length = int.from_bytes(tail[at + 12 : at + 16], "little")
    if LOCATOR in tail[max(0, at - 20) : at] or entries > MOST_ENTRIES or length > LARGEST_TABLE:
        raise BadArchive(Reason.BOMB)


def _require_harmless(entries: list[zipfile.ZipInfo]) -> None:
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise BadArchive(Reason.ENCRYPTED)
    if any(entry.compress_type not in METHODS for entry in entries):
        raise BadArchive(Reason.DAMAGED)
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if unpacked > MOST_UNPACKED or unpacked > HIGHEST_RATIO * max(packed, 4096):
        raise BadArchive(Reason.BOMB)
    if not entries or any(_leads_out(entry.filename) for entry in entries):
        raise BadArchive(Reason.DAMAGED)


def _leads_out(path: str) -> bool:
    """Return whether a program that unpacks would write outside the folder it was given."""
    parts = path.replace("\\", "/").split("/")
    return len(path) > LONGEST_PATH or ".." in parts or not parts[0] or ":" in parts[0]


def _contents(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Contents:
    names = {entry.filename for entry in entries}
    first = entries[0]
    if first.filename == "mimetype" and first.compress_type == zipfile.ZIP_STORED:
        if any(name.startswith("Basic/") for name in names):
            raise BadArchive(Reason.MACROS)
        said = _beginning(archive, first).decode("ascii", errors="replace")
        return Contents(open_document=said.strip())
    if "[Content_Types].xml" in names:
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            raise BadArchive(Reason.MACROS)
        for folder in ("word", "xl", "ppt"):
            if any(name.startswith(f"{folder}/") for name in names):
                return Contents(office=folder)
        raise BadArchive(Reason.IN_ARCHIVE)
    return Contents(entries=list(_beginnings(archive, entries)))


def _beginnings(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]
) -> Iterator[tuple[str, bytes]]:
    for entry in entries:
        # What a Mac adds beside each file.
        if not entry.filename.startswith("__MACOSX/") and not entry.filename.endswith(".DS_Store"):
            yield entry.filename, _beginning(archive, entry)


def _beginning(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.file_size == 0:
        return b""
    with archive.open(entry) as opened:
        return opened.read(BEGINNING)
