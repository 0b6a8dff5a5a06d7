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


def pdf_with(*objects: str, page: str = "", root: str = "") -> bytes:
    """Write a PDF of one page; the objects are numbered from 4 on."""
    numbered = [
        f"<</Type/Catalog/Pages 2 0 R{root}>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]{page}>>",
        *objects,
    ]
    written, places = b"%PDF-1.7\n", []
    for number, each in enumerate(numbered, 1):
        places.append(len(written))
        written += f"{number} 0 obj{each}endobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(numbered) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer<</Size {size}/Root 1 0 R>>\n"
    return written + f"{end}startxref\n{len(written)}\n%%EOF\n".encode()


def pdf_saying(words: str, root: str = "") -> bytes:
    """Write a PDF with a line of words on a page."""
    drawn = f"BT /F1 24 Tf 60 700 Td ({words}) Tj ET"
    return pdf_with(
        f"<</Length {len(drawn)}>>stream\n{drawn}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        "<</S/JavaScript/JS(app.alert\\(1\\); this.submitForm\\('http://127.0.0.1'\\))>>",
        page="/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>",
        root=root,
    )
