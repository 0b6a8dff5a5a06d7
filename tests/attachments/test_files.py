"""Files that members send: kept, given to who may see them, and removed when nobody needs them."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.http import parse_options_header

from grandequipe.attachments.models import File, FileState
from grandequipe.attachments.tasks import remove_abandoned, remove_orphans
from grandequipe.core import clock, files
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db, limiter
from grandequipe.members.models import Member
from grandequipe.members.services import erase_member
from grandequipe.web.rate_limits import limit_of
from tests.api.conftest import PREFIX
from tests.attachments.conftest import Send, path_of
from tests.attachments.sample_files import MP3, PAGE, PDF
from tests.conftest import Visitor
from tests.factories import Cast


def test_a_file_is_sent_and_read_back_by_its_owner_alone(
    cast: Cast, send: Send, browser: Callable[[Member], Visitor], visitor: Visitor
) -> None:
    sent = send(cast.amina, PDF, "Bilan été.pdf")
    assert sent.status_code == 201, sent.json
    assert sent.json["media_type"] == "application/pdf"
    assert (sent.json["name"], sent.json["size"]) == ("Bilan été.pdf", len(PDF))
    read = browser(cast.amina).get(path_of(sent))
    assert read.data == PDF
    assert browser(cast.chloe).get(path_of(sent)).status_code == 404
    assert visitor.get(path_of(sent)).status_code == 404
    assert visitor.get("/fichiers/999/bilan.pdf").status_code == 404


def test_a_browser_executes_nothing_of_a_file(
    cast: Cast, send: Send, browser: Callable[[Member], Visitor]
) -> None:
    headers = browser(cast.amina).get(path_of(send(cast.amina, PDF, "a.pdf"))).headers
    assert headers["Content-Type"] == "application/pdf"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Disposition"] == "attachment; filename=a.pdf"
    assert headers["Content-Security-Policy"].endswith("sandbox")
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert {"private", "no-cache"} <= set(headers["Cache-Control"].split(", "))


def test_a_file_keeps_its_name_in_headers_that_are_ascii(
    cast: Cast, send: Send, browser: Callable[[Member], Visitor]
) -> None:
    """gunicorn refuses any other header: the file would not be read at all."""
    for name, plain in (
        ("Rapport d’activité 2026 (fin).pdf", "Rapport dactivite 2026 (fin).pdf"),
        ("Cœur de quartier – bilan.pdf", "Cur de quartier  bilan.pdf"),
        ("تقرير.pdf", ".pdf"),
    ):
        read = browser(cast.amina).get(path_of(send(cast.amina, PDF, name)))
        header = read.headers["Content-Disposition"]
        assert header.isascii()
        kind, said = parse_options_header(header)
        assert (kind, said["filename"]) == ("attachment", name)
        assert plain in header, "for programs that read the plain name only"


def test_ranges_are_answered_and_the_tag_spares_the_bytes(
    cast: Cast, send: Send, browser: Callable[[Member], Visitor]
) -> None:
    path = path_of(send(cast.amina, MP3, "annonce.mp3"))
    reader = browser(cast.amina)
    whole = reader.get(path)
    part = reader.get(path, headers={"Range": "bytes=3-9"})
    assert (part.status_code, part.data) == (206, MP3[3:10])
    assert part.headers["Content-Range"] == f"bytes 3-9/{len(MP3)}"
    assert reader.get(path, headers={"Range": "bytes=-4"}).data == MP3[-4:]
    assert reader.get(path, headers={"Range": "bytes=100000-"}).status_code == 416
    changed = {"Range": "bytes=3-9", "If-Range": '"another"'}
    assert reader.get(path, headers=changed).data == MP3
    known = reader.get(path, headers={"If-None-Match": whole.headers["ETag"]})
    assert (known.status_code, known.data) == (304, b"")
    head = reader.head(path)
    assert (head.content_length, head.data) == (len(MP3), b"")


def test_the_tag_of_a_file_gives_nothing_to_who_may_not_read_it(
    cast: Cast, send: Send, browser: Callable[[Member], Visitor]
) -> None:
    path = path_of(send(cast.amina, PDF))
    tag = browser(cast.amina).get(path).headers["ETag"]
    refused = browser(cast.chloe).get(path, headers={"If-None-Match": tag, "Range": "bytes=0-1"})
    assert refused.status_code == 404


def test_what_is_not_accepted_is_answered_with_the_reason(cast: Cast, send: Send) -> None:
    page = send(cast.amina, PAGE, "page.html")
    assert (page.status_code, page.mimetype) == (415, "application/problem+json")
    assert "page.html" in page.json["detail"]
    large = send(cast.amina, PDF + b"\0" * (25 * 1024 * 1024))
    assert large.status_code == 413
    assert "25" in large.json["detail"]
    empty = send(cast.amina, b"")
    assert (empty.status_code, list(empty.json["errors"])) == (422, ["file"])
    assert db.session.scalars(select(File)).all() == []


def test_a_call_without_a_file_says_so(cast: Cast, program: Callable[..., Any]) -> None:
    caller = program(cast.amina)
    headers = {"Authorization": f"Bearer {caller.token}"}
    answer = caller.client.post(
        f"{PREFIX}/files", data={"alternative": "x"}, headers=headers,
        content_type="multipart/form-data",
    )  # fmt: skip
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["file"])


def test_sent_twice_under_one_key_it_is_one_file(cast: Cast, send: Send) -> None:
    first = send(cast.amina, PDF, key="une-fois")
    again = send(cast.amina, PDF, key="une-fois")
    assert (again.status_code, again.json) == (201, first.json)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(db.session.scalars(select(File.id)).all()) == 1, "its bytes are kept once"
    other = send(cast.amina, PDF + b"\n", key="une-fois")
    assert other.status_code == 422


def test_what_nobody_claimed_for_a_day_goes_from_the_table_and_the_store(
    cast: Cast, send: Send
) -> None:
    sent = send(cast.amina, PDF)
    key = db.session.scalars(select(File.key)).one()
    db.session.rollback()
    remove_abandoned()
    assert files.read(key) == PDF
    with clock.travel(clock.now() + timedelta(hours=25)):
        remove_abandoned()
    assert db.session.get(File, sent.json["id"]) is None
    with pytest.raises(FileNotFoundError):
        files.read(key)


def test_what_belongs_to_nothing_goes_with_the_account(cast: Cast, send: Send) -> None:
    sent, kept = send(cast.chloe, PDF), send(cast.amina, PDF)
    with atomic():
        erase_member(db.session.merge(cast.chloe))
    remove_abandoned()
    assert db.session.scalars(select(File.id)).all() == [kept.json["id"]]
    assert sent.json["id"] != kept.json["id"]


def test_bytes_without_a_row_go_and_those_with_one_stay(cast: Cast, send: Send) -> None:
    send(cast.amina, PDF)
    kept = db.session.scalars(select(File.key)).one()
    db.session.rollback()
    files.store_large("attachments/lost/content", io.BytesIO(PDF))
    remove_orphans()
    assert files.read("attachments/lost/content") == PDF, "its row may be on its way"
    with clock.travel(clock.now() + timedelta(hours=25)):
        remove_orphans()
    assert files.read(kept) == PDF
    with pytest.raises(FileNotFoundError):
        files.read("attachments/lost/content")


def test_a_file_whose_bytes_are_on_their_way_is_not_there_yet(
    app: Flask, cast: Cast, send: Send, browser: Callable[[Member], Visitor]
) -> None:
    sent = send(cast.amina, PDF)
    with atomic():
        file = db.session.get(File, sent.json["id"])
        assert file is not None
        file.state = FileState.UPLOADING
    assert browser(cast.amina).get(path_of(sent)).status_code == 404


def keep_unclaimed(owner: Member, number: int, size: int) -> None:
    """Have a member own files that belong to nothing."""
    now = clock.now()
    with atomic():
        db.session.add_all(
            File(owner_id=owner.id, name="a.pdf", media_type="application/pdf", size=size,
                 state=FileState.UPLOADING, key=f"attachments/{each}/content", created_at=now,
                 unclaimed_at=now)
            for each in range(number)
        )  # fmt: skip


@pytest.mark.parametrize(("number", "size"), [(100, 1), (41, 25 * 1024 * 1024)])
def test_a_member_sends_no_more_than_so_much_that_belongs_to_nothing(
    cast: Cast, send: Send, number: int, size: int
) -> None:
    keep_unclaimed(cast.amina, number, size)
    refused = send(cast.amina, PDF, "bilan.pdf")
    assert refused.status_code == 422
    assert "bilan.pdf" in refused.json["errors"]["file"]
    assert send(cast.chloe, PDF).status_code == 201, "others have room of their own"
    with atomic():
        db.session.execute(update(File).values(unclaimed_at=None))
    assert send(cast.amina, PDF).status_code == 201, "what is in a post is not counted"


def test_a_refused_file_is_counted_in_the_limit_of_files(cast: Cast, send: Send) -> None:
    def remaining() -> int:
        limit = limit_of("files")
        return limiter.limiter.get_window_stats(limit, "files", str(cast.amina.id)).remaining

    before = remaining()
    assert send(cast.amina, PAGE, "page.html").status_code == 415
    assert remaining() == before - 1
