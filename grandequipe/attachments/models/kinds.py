"""The kinds of files that are accepted, recognised by their content, never by a sender's claim.

Guarantee: what passes begins as a file of its kind does, and a browser that gets this kind, and
not to guess another, executes nothing of it. Containers are looked into: a ZIP has files of these
kinds only, a document of an office suite has no macros.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

from grandequipe.attachments.models import archives
from grandequipe.attachments.models.archives import Reason

HEAD = 4096
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The name of the part that holds macros, as such a file writes it.
MACROS = "_VBA_PROJECT".encode("utf-16-le")
PAGE_SIGNS = (b"<!doctype", b"<html", b"<svg", b"<script", b"<?xml", b"<body", b"<iframe")
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1", b"hevc"}
MP4_BRANDS = {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ",
              b"dash", b"MSNV"}  # fmt: skip
OFFICE_TEXT = "application/vnd.openxmlformats-officedocument."


class Group(StrEnum):
    """What a reader calls it."""

    DOCUMENT = "document"
    TABLE = "table"
    SLIDES = "slides"
    PICTURE = "picture"
    SOUND = "sound"
    VIDEO = "video"
    TEXT = "text"
    ARCHIVE = "archive"


@dataclass(frozen=True)
class FileKind:
    """A kind: its media type, its extensions with the usual one first."""

    media_type: str
    extensions: tuple[str, ...]
    group: Group


class Refusal(Exception):
    """Say by a code why a file is not accepted (`archives.Reason`)."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def _kind(media_type: str, extensions: str, group: Group) -> FileKind:
    return FileKind(media_type, tuple(extensions.split()), group)


PDF = _kind("application/pdf", "pdf", Group.DOCUMENT)
PNG = _kind("image/png", "png", Group.PICTURE)
JPEG = _kind("image/jpeg", "jpg jpeg jfif", Group.PICTURE)
WEBP = _kind("image/webp", "webp", Group.PICTURE)
GIF = _kind("image/gif", "gif", Group.PICTURE)
HEIC = _kind("image/heic", "heic heif", Group.PICTURE)
MP3 = _kind("audio/mpeg", "mp3", Group.SOUND)
M4A = _kind("audio/mp4", "m4a", Group.SOUND)
MP4 = _kind("video/mp4", "mp4 m4v", Group.VIDEO)
MOV = _kind("video/quicktime", "mov", Group.VIDEO)
CSV = _kind("text/csv", "csv", Group.TABLE)
TXT = _kind("text/plain", "txt", Group.TEXT)
ZIP = _kind("application/zip", "zip", Group.ARCHIVE)
DOCX = _kind(f"{OFFICE_TEXT}wordprocessingml.document", "docx", Group.DOCUMENT)
XLSX = _kind(f"{OFFICE_TEXT}spreadsheetml.sheet", "xlsx", Group.TABLE)
PPTX = _kind(f"{OFFICE_TEXT}presentationml.presentation", "pptx", Group.SLIDES)
DOC = _kind("application/msword", "doc", Group.DOCUMENT)
XLS = _kind("application/vnd.ms-excel", "xls", Group.TABLE)
PPT = _kind("application/vnd.ms-powerpoint", "ppt pps", Group.SLIDES)
OPEN_DOCUMENTS = {
    each.media_type: each
    for each in (
        _kind("application/vnd.oasis.opendocument.text", "odt", Group.DOCUMENT),
        _kind("application/vnd.oasis.opendocument.spreadsheet", "ods", Group.TABLE),
        _kind("application/vnd.oasis.opendocument.presentation", "odp", Group.SLIDES),
        _kind("application/vnd.oasis.opendocument.graphics", "odg", Group.DOCUMENT),
    )
}
KINDS: tuple[FileKind, ...] = (
    PDF, PNG, JPEG, WEBP, GIF, HEIC, MP3, M4A, MP4, MOV, CSV, TXT, ZIP, DOCX, XLSX, PPTX, DOC, XLS,
    PPT, *OPEN_DOCUMENTS.values(),
)  # fmt: skip
BY_MEDIA_TYPE = {kind.media_type: kind for kind in KINDS}
EXTENSIONS = tuple(f".{extension}" for kind in KINDS for extension in kind.extensions)


def kind_of(source: BinaryIO, name: str) -> FileKind:
    """Return the kind of a file by its content; raise Refusal for what is not accepted.

    `source` can be read from any place, and is left at its start. `name` distinguishes only what is
    equally harmless: a table from a text.
    """
    source.seek(0)
    try:
        return _container(source, name) or _plain(source.read(HEAD), name)
    finally:
        source.seek(0)


def group_of(media_type: str) -> Group:
    """Say what a reader calls a file of a media type."""
    kind = BY_MEDIA_TYPE.get(media_type)
    return kind.group if kind else Group.DOCUMENT


def _container(source: BinaryIO, name: str) -> FileKind | None:
    """Return the kind of a container, which are looked at; None for what has none."""
    head = source.read(len(OLE))
    source.seek(0)
    if head == OLE:
        return _old_office(source, name)
    if not head.startswith(b"PK"):
        return None
    try:
        found = archives.look_into(source)
    except archives.BadArchive as error:
        raise Refusal(error.reason) from None
    if found.office:
        return {"word": DOCX, "xl": XLSX, "ppt": PPTX}[found.office]
    if found.open_document:
        if found.open_document not in OPEN_DOCUMENTS:
            raise Refusal(Reason.UNKNOWN)
        return OPEN_DOCUMENTS[found.open_document]
    for inner, beginning in found.entries:
        _require_inner(inner, beginning)
    return ZIP


def _require_inner(name: str, beginning: bytes) -> None:
    """Refuse an archive for one of its files; documents in it are recognised by their name."""
    is_document = extension_of(name) in {
        *DOCX.extensions, *XLSX.extensions, *PPTX.extensions,
        *(each for kind in OPEN_DOCUMENTS.values() for each in kind.extensions),
    }  # fmt: skip
    if beginning.startswith(b"PK") and is_document:
        return
    try:
        if beginning and not beginning.startswith((b"PK", OLE)):
            _plain(beginning, name)
            return
    except Refusal:
        pass
    else:
        if not beginning:
            return
    raise Refusal(Reason.IN_ARCHIVE)


def _old_office(source: BinaryIO, name: str) -> FileKind:
    kind = next((each for each in (DOC, XLS, PPT) if extension_of(name) in each.extensions), None)
    if kind is None:
        raise Refusal(Reason.UNKNOWN)
    before = b""
    while chunk := source.read(1024 * 1024):
        if MACROS in before + chunk:
            raise Refusal(Reason.MACROS)
        before = chunk[-len(MACROS) :]
    return kind


def _plain(head: bytes, name: str) -> FileKind:
    for is_it, kind in SIGNATURES:
        if is_it(head):
            return kind
    return _text(head, name)


def _text(head: bytes, name: str) -> FileKind:
    """Return the kind of a plain text; refuse binary data and text that a browser would execute."""
    lowered = head.replace(b"\0", b"").lower()
    if lowered.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<") or any(
        sign in lowered for sign in PAGE_SIGNS
    ):
        raise Refusal(Reason.PAGE)
    if extension_of(name) not in (*CSV.extensions, *TXT.extensions) or not _is_text(head):
        raise Refusal(Reason.UNKNOWN)
    return CSV if extension_of(name) in CSV.extensions else TXT


def _is_text(head: bytes) -> bool:
    """Return whether these bytes are words: in UTF-8, UTF-16 with its mark, or Windows' code."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return not any(byte < 32 and byte not in b"\t\n\r\f" for byte in head)


def extension_of(name: str) -> str:
    """Give what stands behind the last dot of a name."""
    return name.rpartition(".")[2].lower()


def _begins(*beginnings: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(beginnings)


def _is_brand(brands: set[bytes]) -> Callable[[bytes], bool]:
    return lambda head: head[4:8] == b"ftyp" and head[8:12] in brands


SIGNATURES: tuple[tuple[Callable[[bytes], bool], FileKind], ...] = (
    (_begins(b"%PDF-"), PDF),
    (_begins(b"\x89PNG\r\n\x1a\n"), PNG),
    (_begins(b"\xff\xd8\xff"), JPEG),
    (_begins(b"GIF87a", b"GIF89a"), GIF),
    (lambda head: head.startswith(b"RIFF") and head[8:12] == b"WEBP", WEBP),
    (_is_brand(HEIC_BRANDS), HEIC),
    (_is_brand({b"M4A "}), M4A),
    (_is_brand({b"qt  "}), MOV),
    (_is_brand(MP4_BRANDS), MP4),
    (_begins(b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xfa"), MP3),
)
