"""The kinds of files are recognised by their content, and each refusal by its sentence."""

import io
import struct
import zipfile

import pytest
from flask import Flask
from flask_babel import force_locale

from grandequipe.attachments.models.archives import Reason
from grandequipe.attachments.models.names import LONGEST_NAME, cleaned_name
from grandequipe.attachments.services import FileRefused, examine
from tests.attachments.sample_files import (
    MP3,
    MP4,
    OLE,
    PAGE,
    PDF,
    SVG,
    archive,
    open_document,
    word_document,
)


def refusal_of(name: str, content: bytes) -> Reason:
    with pytest.raises(FileRefused) as refused:
        examine(io.BytesIO(content), name)
    return refused.value.reason


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("bilan.pdf", PDF, "application/pdf"),
        ("annonce.mp3", MP3, "audio/mpeg"),
        ("fête.mp4", MP4, "video/mp4"),
        ("ancien.doc", OLE, "application/msword"),
        ("note.docx", word_document(), "application/vnd.openxmlformats-officedocument."
         "wordprocessingml.document"),
        ("budget.ods", open_document("spreadsheet"),
         "application/vnd.oasis.opendocument.spreadsheet"),
        ("liste.csv", "nom;ville\nZoé;Évry\n".encode(), "text/csv"),
        ("notes.txt", "Réunion à 20 h 30".encode("cp1252"), "text/plain"),
        ("dossier.zip", archive({"a/bilan.pdf": PDF, "note.docx": word_document()}),
         "application/zip"),
    ],
)  # fmt: skip
def test_what_people_share_is_known_by_its_content(
    app: Flask, name: str, content: bytes, media_type: str
) -> None:
    found = examine(io.BytesIO(content), name)
    assert (found.kind.media_type, found.name, found.size) == (media_type, name, len(content))


def test_a_false_extension_is_followed_by_the_true_one(app: Flask) -> None:
    assert examine(io.BytesIO(PDF), "facture.exe").name == "facture.exe.pdf"
    assert examine(io.BytesIO(PDF), "photo.png").name == "photo.png.pdf"


@pytest.mark.parametrize("name", ["dessin.svg", "dessin.png", "dessin.txt", "dessin.csv"])
def test_a_drawing_or_a_page_that_runs_code_is_refused_under_any_name(
    app: Flask, name: str
) -> None:
    for content in (SVG, PAGE, b"\xef\xbb\xbf \n" + PAGE, SVG.decode().encode("utf-16")):
        assert refusal_of(name, content) is Reason.PAGE


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("vide.pdf", b"", Reason.EMPTY),
        ("programme.exe", b"MZ\x90\x00" + b"\x00" * 100, Reason.UNKNOWN),
        ("script.py", b"print('bonjour')", Reason.UNKNOWN),
        ("liste.txt", b"\x7fELF\x02\x01\x01\x00\x00", Reason.UNKNOWN),
        ("macro.docm", word_document(word__vbaProject_bin=b"x").replace(
            b"vbaProject_bin", b"vbaProject.bin"), Reason.MACROS),
        ("macro.doc", OLE + "_VBA_PROJECT".encode("utf-16-le"), Reason.MACROS),
        ("programme.zip", archive({"setup.exe": b"MZ\x90\x00"}), Reason.IN_ARCHIVE),
        ("page.zip", archive({"index.html": PAGE}), Reason.IN_ARCHIVE),
        ("poupées.zip", archive({"dedans.zip": archive({"a.txt": b"a"})}), Reason.IN_ARCHIVE),
        ("dehors.zip", archive({"../../etc/passwd.txt": b"a"}), Reason.DAMAGED),
        ("coupé.zip", archive({"a.txt": b"a" * 100})[:-30], Reason.DAMAGED),
        ("bombe.zip", archive({"a.txt": b"a" * 60_000_000}), Reason.BOMB),
        ("mille.zip", archive({f"{number}.txt": b"" for number in range(2_001)}), Reason.BOMB),
    ],
)  # fmt: skip
def test_what_could_harm_is_refused(app: Flask, name: str, content: bytes, reason: Reason) -> None:
    assert refusal_of(name, content) is reason


def test_an_archive_that_announces_less_than_it_holds_is_not_unpacked(
    app: Flask,
) -> None:
    packed = bytearray(archive({"a.txt": b"a" * 60_000_000}))
    directory = packed.rfind(b"PK\x01\x02")
    packed[directory + 24 : directory + 28] = struct.pack("<I", 100)
    packed[22:26] = struct.pack("<I", 100)
    assert refusal_of("menteur.zip", bytes(packed)) is Reason.DAMAGED


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_archive_in_a_method_that_unpacks_without_limit_is_refused(
    app: Flask, method: int
) -> None:
    packed = archive({"a.txt": b"a" * 1_000}, method=method)
    assert refusal_of("a.zip", packed) is Reason.DAMAGED


def test_an_archive_whose_table_is_that_of_a_zip64_is_refused(app: Flask) -> None:
    packed = archive({"a.txt": b"a"})
    end = packed.rfind(b"PK\x05\x06")
    start, length = struct.unpack("<II", packed[end + 16 : end + 20] + packed[end + 12 : end + 16])
    record = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, length, start)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, end, 1)
    assert refusal_of("a.zip", packed[:end] + record + locator + packed[end:]) is Reason.BOMB


def test_an_archive_of_more_entries_than_it_announces_is_refused(app: Flask) -> None:
    packed = bytearray(archive({f"{number}.txt": b"" for number in range(2_001)}))
    end = packed.rfind(b"PK\x05\x06")
    packed[end + 8 : end + 12] = struct.pack("<HH", 1, 1)
    assert refusal_of("mille.zip", bytes(packed)) is Reason.BOMB


def test_an_archive_with_a_password_is_refused(app: Flask) -> None:
    packed = bytearray(archive({"a.txt": b"secret"}))
    packed[6] |= 1
    packed[packed.rfind(b"PK\x01\x02") + 8] |= 1
    assert refusal_of("secret.zip", bytes(packed)) is Reason.ENCRYPTED


def test_each_refusal_names_the_file_in_the_language_of_its_sender(app: Flask) -> None:
    for locale, sentence in (
        ("fr", "« vide.pdf » est vide. Choisissez de nouveau le fichier."),
        ("en", "“vide.pdf” is empty. Choose the file again."),
    ):
        with force_locale(locale), pytest.raises(FileRefused) as refused:
            examine(io.BytesIO(b""), "vide.pdf")
        assert refused.value.sentence.replace("\xa0", " ").replace("\u202f", " ") == sentence


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("C:\\Documents\\bilan.pdf", "bilan.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("\u202efdp.exe", "fdp.exe.pdf"),
        ("bilan\x00\n<b>.pdf", "bilan b.pdf"),
        ("..", "pdf.pdf"),
        ("", "pdf.pdf"),
        ("Bilan   2026 .PDF", "Bilan 2026.pdf"),
    ],
)
def test_a_name_is_a_name(app: Flask, sent: str, kept: str) -> None:
    assert cleaned_name(sent, ("pdf",)) == kept


def test_a_name_of_300_characters_keeps_its_extension(app: Flask) -> None:
    kept = cleaned_name("é" * 300 + ".pdf", ("pdf",))
    assert len(kept) == LONGEST_NAME
    assert kept.endswith("é.pdf")
