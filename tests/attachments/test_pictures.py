"""Pictures are made anew by a worker before anybody reads them; hostile ones never are."""

import io
import struct
import zlib
from collections.abc import Callable
from datetime import timedelta

import pillow_heif
import pytest
from PIL import Image
from sqlalchemy import func, select, update

from grandequipe.attachments.models import File, FileState
from grandequipe.attachments.services.preparation import MOST_TRIES
from grandequipe.attachments.tasks import PREPARING, prepare, prepare_waiting
from grandequipe.core import clock
from grandequipe.core.files import read
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.members.models import Member
from tests.attachments.conftest import Send, path_of
from tests.attachments.sample_files import PAGE
from tests.conftest import Visitor
from tests.factories import Cast
from tests.queued import take_queued

ORIENTATION, MAKE = 0x0112, 0x010F


def picture(kind: str, size: tuple[int, int] = (1200, 800), **saved: object) -> bytes:
    written = io.BytesIO()
    pillow_heif.register_heif_opener()
    Image.linear_gradient("L").resize(size).convert("RGB").save(written, kind, **saved)  # type: ignore[arg-type]
    return written.getvalue()


def prepared(file_id: int) -> File:
    prepare(file_id)
    db.session.expire_all()
    file = db.session.get(File, file_id)
    assert file is not None
    return file


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize(
    ("kind", "name"),
    [("JPEG", "a.jpg"), ("PNG", "a.png"), ("WEBP", "a.webp"), ("HEIF", "IMG_0001.HEIC")],
)
def test_a_picture_comes_as_webp_in_widths_once_it_is_ready(
    cast: Cast, send: Send, browser: Callable[[Member], Visitor], kind: str, name: str
) -> None:
    sent = send(cast.amina, picture(kind), name, alternative="Un dégradé")
    assert (sent.json["state"], sent.json["alternative"]) == ("processing", "Un dégradé")
    reader = browser(cast.amina)
    assert reader.get(path_of(sent)).status_code == 404, "nobody reads what a camera wrote"
    file = prepared(sent.json["id"])
    assert file.state is FileState.READY
    assert (file.width, file.height, file.media_type) == (1200, 800, "image/webp")
    assert file.name == name.rpartition(".")[0] + ".webp"
    tags = set()
    for query, width in (("", 1200), ("?w=480", 480), ("?w=960", 960), ("?w=1600", 1200)):
        shown = reader.get(path_of(sent) + query)
        assert (shown.mimetype, opened(shown.data).width) == ("image/webp", width)
        assert shown.headers["Content-Disposition"].startswith("inline")
        assert shown.content_length == len(shown.data)
        tags.add(shown.headers["ETag"])
    assert len(tags) == 3
    part = reader.get(path_of(sent) + "?w=480", headers={"Range": "bytes=8-11"})
    assert (part.status_code, part.data) == (206, b"WEBP")


def test_no_width_of_a_picture_is_shown_to_others(
    cast: Cast, send: Send, browser: Callable[[Member], Visitor], visitor: Visitor
) -> None:
    sent = send(cast.amina, picture("JPEG"), "a.jpg")
    prepared(sent.json["id"])
    for query in ("", "?w=480", "?w=960", "?w=1600", "?w=../content"):
        assert browser(cast.chloe).get(path_of(sent) + query).status_code == 404
        assert visitor.get(path_of(sent) + query).status_code == 404


def test_a_photograph_is_upright_and_says_nothing_of_its_camera(cast: Cast, send: Send) -> None:
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKE] = 6, "Appareil secret"
    sent = send(cast.amina, picture("JPEG", (800, 400), exif=exif), "a.jpg")
    file = prepared(sent.json["id"])
    kept = read(file.key)
    assert opened(kept).size == (file.width, file.height) == (400, 800)
    assert b"Appareil" not in kept
    assert not opened(kept).getexif()


def test_what_moves_goes_on_moving(cast: Cast, send: Send) -> None:
    frames = [Image.new("RGB", (600, 400), colour) for colour in ("red", "green", "blue")]
    written = io.BytesIO()
    frames[0].save(written, "GIF", save_all=True, append_images=frames[1:], duration=200, loop=0)
    file = prepared(send(cast.amina, written.getvalue(), "danse.gif").json["id"])
    for key in (file.key, file.key.replace("content", "480")):
        assert opened(read(key)).n_frames == 3  # type: ignore[attr-defined]


def png_of(width: int, height: int) -> bytes:
    """Write a PNG that announces a size and has the pixels of a single colour."""

    def chunk(name: bytes, content: bytes) -> bytes:
        checked = name + content
        return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * (height * (1 + (width + 7) // 8)))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.png", b"\x89PNG\r\n\x1a\n" + PAGE),
        ("page.gif", b"GIF89a/*" + PAGE + b"*/=1"),
        ("page.jpg", b"\xff\xd8\xff\xe0" + PAGE),
        ("coupée.jpg", picture("JPEG")[:300]),
        ("large.png", png_of(60_000, 10)),
        ("bombe.png", png_of(20_000, 20_000)),
    ],
)
def test_what_is_no_picture_or_a_bomb_is_never_shown(
    cast: Cast, send: Send, browser: Callable[[Member], Visitor], name: str, content: bytes
) -> None:
    sent = send(cast.amina, content, name)
    if sent.status_code == 201:
        assert prepared(sent.json["id"]).state is FileState.FAILED
        assert browser(cast.amina).get(path_of(sent)).status_code == 404


def test_code_behind_a_picture_is_not_kept(cast: Cast, send: Send) -> None:
    sent = send(cast.amina, picture("PNG", (40, 40)) + PAGE, "a.png")
    assert b"script" not in read(prepared(sent.json["id"]).key)


def test_a_picture_that_was_lost_on_its_way_to_a_worker_is_prepared_later_and_not_for_ever(
    cast: Cast, send: Send
) -> None:
    file_id = send(cast.amina, picture("PNG", (40, 40)), "a.png").json["id"]
    take_queued(prepare)
    prepare_waiting()
    assert take_queued(prepare) == []
    with clock.travel(clock.now() + timedelta(days=2)):
        prepare_waiting()
    assert take_queued(prepare) == [[file_id]], "it does not fail by its age"
    with atomic():
        db.session.execute(update(File).values(tries=MOST_TRIES))
    assert prepared(file_id).state is FileState.FAILED


def test_one_picture_is_prepared_at_a_time_and_then_the_next(cast: Cast, send: Send) -> None:
    first, second = (
        send(cast.amina, picture("PNG", (40, 40)), "a.png").json["id"] for _each in range(2)
    )
    take_queued(prepare)
    with db.engine.connect() as elsewhere:
        elsewhere.execute(select(func.pg_advisory_lock(PREPARING)))
        prepare(first)
        elsewhere.execute(select(func.pg_advisory_unlock(PREPARING)))
    assert db.session.scalars(select(File.tries)).all() == [0, 0]
    db.session.rollback()
    assert prepared(first).state is FileState.READY
    assert take_queued(prepare) == [[second]]


def test_the_member_with_the_fewest_pictures_waits_least(cast: Cast, send: Send) -> None:
    for _each in range(3):
        last = send(cast.amina, picture("PNG", (40, 40)), "a.png").json["id"]
    other = send(cast.chloe, picture("PNG", (40, 40)), "a.png").json["id"]
    take_queued(prepare)
    prepared(last)
    assert take_queued(prepare) == [[other]]


def test_what_was_sent_is_removed_once_the_row_names_what_was_made_of_it(
    cast: Cast, send: Send
) -> None:
    file_id = send(cast.amina, picture("PNG"), "a.png").json["id"]
    sent = db.session.scalars(select(File.key)).one()
    db.session.rollback()
    assert prepared(file_id).key != sent
    with pytest.raises(FileNotFoundError):
        read(sent)
