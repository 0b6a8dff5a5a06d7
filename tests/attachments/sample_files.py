"""Files as members send them, and as nobody should."""

import io
import zipfile
from collections.abc import Mapping

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
MP3 = b"ID3\x04\x00\x00\x00\x00\x00\x00" + b"\xff\xfb\x90\x00" * 50
MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + b"\x00" * 64
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
PAGE = b"<!DOCTYPE html><script>alert(1)</script>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def archive(entries: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Pack files, all of one date: an archive is part of the names of tests, and stays the same."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", method) as packed:
        for name, content in entries.items():
            packed.writestr(zipfile.ZipInfo(name), content, compress_type=method)
    return written.getvalue()


def word_document(**more: bytes) -> bytes:
    """Pack what makes a document of Word."""
    parts = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"}
    return archive({**parts, **{name.replace("__", "/"): each for name, each in more.items()}})


def open_document(kind: str = "text") -> bytes:
    """Pack what makes a document of LibreOffice."""
    media_type = f"application/vnd.oasis.opendocument.{kind}".encode()
    return archive({"mimetype": media_type, "content.xml": b"<x/>"}, method=zipfile.ZIP_STORED)
