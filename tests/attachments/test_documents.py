"""The first page of a PDF is drawn by a worker, and its words are kept for the search."""

import io
from collections.abc import Callable

import pytest
from PIL import Image, ImageCms
from sqlalchemy import func, select, update

from grandequipe.attachments.models import File, FileState, FileText
from grandequipe.attachments.services.preparation import MOST_TRIES
from grandequipe.attachments.tasks import prepare, prepare_waiting
from grandequipe.core.pictures import read_document, reduce
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.members.models import Member
from tests.attachments.conftest import Send, path_of
from tests.attachments.sample_files import PDF, pdf_saying, pdf_with
from tests.conftest import Visitor
from tests.factories import Cast
from tests.queued import take_queued

SCRIPTED = pdf_saying("Bilan du quartier", root="/OpenAction 6 0 R")
# A key that nobody has: the standard's handler, with a password.
ENCRYPTED = SCRIPTED.replace(
    b"trailer<<",
    b"trailer<</Encrypt<</Filter/Standard/V 2/R 3/Length 128/P -44/O(" + b"o" * 32 + b")/U("
    + b"u" * 32 + b")>>/ID[(i)(i)]",
)  # fmt: skip


def test_a_pdf_is_read_at_once_and_gets_a_picture_of_its_first_page_and_its_words(
    cast: Cast, send: Send, browser: Callable[[Member], Visitor], visitor: Visitor
) -> None:
    sent = send(cast.amina, SCRIPTED, "Bilan.pdf")
    assert (sent.json["state"], sent.json["widths"]) == ("ready", [])
    assert take_queued(prepare) == [[sent.json["id"]]]
    reader = browser(cast.amina)
    assert reader.get(path_of(sent) + "?w=480").data == SCRIPTED, "no picture yet"
    prepare(sent.json["id"])
    file = db.session.get_one(File, sent.json["id"], populate_existing=True)
    assert (file.has_picture, file.is_picture) == (True, False)
    assert (file.width, file.height, file.picture_widths) == (1600, 2264, [240, 480, 960, 1600])
    assert db.session.get_one(FileText, file.id).content == "Bilan du quartier"
    page = reader.get(path_of(sent) + "?w=480")
    shown = Image.open(io.BytesIO(page.data))
    assert (page.mimetype, shown.size) == ("image/webp", (480, 679))
    assert shown.convert("L").getextrema()[0] < 100, "the words are drawn"
    assert page.headers["Content-Disposition"] == "inline; filename=Bilan.webp"
    whole = reader.get(path_of(sent))
    assert (whole.mimetype, whole.data) == ("application/pdf", SCRIPTED)
    assert whole.headers["Content-Disposition"].startswith("attachment")
    for other in (browser(cast.chloe), visitor):
        assert other.get(path_of(sent) + "?w=480").status_code == 404


@pytest.mark.parametrize(
    "content",
    [
        PDF,
        ENCRYPTED,
        SCRIPTED[:300],
        pdf_with().replace(b"595 842", b"1 9999999"),
        b"%PDF-1.7\n" + bytes(range(256)) * 200,
        pdf_with("<</Length 9>>stream\nq q q Q W\nendstream", page="/Contents 4 0 R/Parent 3 0 R"),
        pdf_with("[4 0 R]", page="/Contents 4 0 R"),
    ],
    ids=["without pages", "encrypted", "cut", "elongated", "noise", "loop", "loop of contents"],
)
def test_a_pdf_that_cannot_be_drawn_is_offered_without_a_picture_and_asked_once(
    cast: Cast, send: Send, browser: Callable[[Member], Visitor], content: bytes
) -> None:
    sent = send(cast.amina, content)
    prepare(sent.json["id"])
    file = db.session.get_one(File, sent.json["id"], populate_existing=True)
    assert (file.state, file.is_extracted) == (FileState.READY, True)
    assert browser(cast.amina).get(path_of(sent)).data == content
    take_queued(prepare)
    prepare_waiting()
    assert take_queued(prepare) == []


def test_a_document_whose_decoder_ends_the_worker_is_tried_no_more_than_some_times(
    cast: Cast, send: Send
) -> None:
    sent = send(cast.amina, SCRIPTED)
    with atomic():
        db.session.execute(update(File).values(tries=MOST_TRIES))
    prepare(sent.json["id"])
    file = db.session.get_one(File, sent.json["id"], populate_existing=True)
    assert (file.is_ready, file.is_extracted, file.widths) == (True, True, {})
    assert db.session.scalar(select(func.count()).select_from(FileText)) == 0


def test_the_words_of_a_document_are_bounded() -> None:
    read = read_document(io.BytesIO(SCRIPTED), 5, (480,))
    assert not isinstance(read, str)
    assert read.text == "Bilan"


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_colours_stay_where_a_picture_has_a_profile_of_its_own(mode: str) -> None:
    # A profile whose red and green are exchanged, by the table of its colourants.
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, green = profile.index(b"rXYZ"), profile.index(b"gXYZ")
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    written = io.BytesIO()
    Image.new("RGB", (600, 400), (255, 0, 0)).convert(mode).save(
        written, "PNG", icc_profile=bytes(profile)
    )
    reduced = reduce(written.getvalue(), 2000, (480,))
    assert not isinstance(reduced, str)
    for content in reduced.pictures.values():
        shown = Image.open(io.BytesIO(content))
        assert "icc_profile" not in shown.info
        red_shown, green_shown, _blue = shown.convert("RGB").getpixel((9, 9))
        assert red_shown < 60
        assert green_shown > 200
