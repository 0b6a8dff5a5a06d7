"""A large file goes on where it was when the process that took it was killed."""

from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from threading import Thread

import pytest
import requests
from flask import Flask
from sqlalchemy import select

from grandequipe.attachments.models import File, FileState, Upload, UploadPart
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.members.services import create_token
from tests.attachments.sample_files import MP4
from tests.factories import Cast
from tests.site import Site
from tests.waiting import wait_until

MEGABYTE = 1024 * 1024
LENGTH = 300 * MEGABYTE

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("uploads at once")]


def video(start: int = 0) -> Iterator[bytes]:
    """Give the bytes of a long video from a position on, each megabyte another."""
    for number in range(start // MEGABYTE, LENGTH // MEGABYTE):
        whole = (MP4 if number == 0 else b"") + number.to_bytes(2) * MEGABYTE
        yield whole[max(0, start - number * MEGABYTE) : MEGABYTE]


@pytest.fixture
def site(app: Flask, environment: dict[str, str], tmp_path: Path) -> Iterator[Site]:
    """Start one web process with a store of its own."""
    uploads = f"file://{tmp_path}/uploads"
    started = Site({**environment, "WEB_WORKERS": "1", "UPLOADS_URL": uploads}, tmp_path)
    started.start("web")
    try:
        started.wait_until_up()
        yield started
    finally:
        started.stop()


def received() -> int:
    """Give how many bytes of the upload are acknowledged."""
    db.session.rollback()
    return db.session.scalars(select(Upload.received)).one()


def test_a_video_of_300_megabytes_goes_on_after_its_process_was_killed(
    cast: Cast, site: Site
) -> None:
    with atomic():
        token = create_token(cast.amina, "vidéo", ["read", "write"])[0]
    headers = {"Authorization": f"Bearer {token}", "Tus-Resumable": "1.0.0"}
    begun = requests.post(
        f"{site.url}/api/v1/uploads",
        headers={**headers, "Upload-Length": str(LENGTH), "Upload-Metadata": "filename YS5tcDQ="},
        timeout=30,
    )
    assert begun.status_code == 201, begun.text
    address = site.url + begun.headers["Location"]

    def send(start: int) -> requests.Response:
        sent = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(start)}
        return requests.patch(address, data=video(start), headers={**headers, **sent}, timeout=300)

    def send_until_killed() -> None:
        with suppress(requests.RequestException):
            send(0)

    sending = Thread(target=send_until_killed)
    sending.start()
    wait_until(lambda: received() > 50 * MEGABYTE, "some of it is acknowledged")
    site.processes["web"].kill()
    sending.join()
    acknowledged = received()
    assert acknowledged < LENGTH
    site.start("web")
    site.wait_until_up()
    offset = int(requests.head(address, headers=headers, timeout=30).headers["Upload-Offset"])
    assert offset == acknowledged, "nothing that was acknowledged is lost"
    last = send(offset)
    assert (last.status_code, last.headers["Upload-Offset"]) == (204, str(LENGTH)), last.text
    db.session.rollback()
    file = db.session.scalars(select(File)).one()
    assert (file.state, file.media_type, file.size) == (FileState.READY, "video/mp4", LENGTH)
    stored = [each for each in Path(site.folder, "uploads").rglob("*") if each.is_file()]
    assert [each.name for each in stored] == ["content"], "its parts are gone"
    digest = sha256()
    for piece in video():
        digest.update(piece)
    with stored[0].open("rb") as content:
        kept = sha256()
        while chunk := content.read(MEGABYTE):
            kept.update(chunk)
    assert kept.digest() == digest.digest() == file.sha256
    assert db.session.scalars(select(UploadPart)).all() == []
