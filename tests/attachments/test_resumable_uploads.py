"""Large files arrive in parts by the protocol tus, and are gone on with where they were cut."""

import re
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from grandequipe.attachments.models import File, FileState, Upload, UploadPart
from grandequipe.attachments.models.names import LONGEST_NAME
from grandequipe.attachments.models.uploads import LARGEST_UPLOAD
from grandequipe.attachments.services import resumable
from grandequipe.attachments.tasks import prepare, remove_abandoned
from grandequipe.attachments.views import resuming
from grandequipe.core import clock, files
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.members.models import Member
from tests.api.conftest import PREFIX
from tests.attachments.sample_files import MP4, PAGE
from tests.attachments.test_pictures import picture
from tests.conftest import Visitor
from tests.factories import Cast
from tests.threads import in_threads

VIDEO = MP4 + bytes(range(256)) * 40


class Sender:
    """A program that sends a file in parts."""

    def __init__(self, caller: Any) -> None:
        self._client = caller.client
        self._token = caller.token

    def ask(self, method: str, path: str, body: bytes = b"", **headers: Any) -> TestResponse:
        sent = {
            "Authorization": f"Bearer {self._token}",
            "Tus-Resumable": "1.0.0",
            **{name.replace("_", "-"): str(value) for name, value in headers.items()},
        }
        return self._client.open(path, method=method, data=body, headers=sent)  # type: ignore[no-any-return]

    def begin(self, length: int, name: str = "fête.mp4", **headers: Any) -> TestResponse:
        metadata = f"filename {b64encode(name.encode()).decode()}, filetype dmlkZW8="
        path = f"{PREFIX}/uploads"
        return self.ask("POST", path, Upload_Length=length, Upload_Metadata=metadata, **headers)

    def send(self, path: str, offset: int, content: bytes, **headers: Any) -> TestResponse:
        sent = {"Content_Type": "application/offset+octet-stream", "Upload_Offset": offset}
        return self.ask("PATCH", path, content, **{**sent, **headers})

    def offset(self, path: str) -> int:
        return int(self.ask("HEAD", path).headers["Upload-Offset"])


@pytest.fixture
def sender(program: Callable[..., Any]) -> Callable[[Member], Sender]:
    """Make a member's program."""
    return lambda member: Sender(program(member))


def stored_parts() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(UploadPart.key)))


def test_a_video_arrives_in_parts_and_is_read_as_any_file(
    cast: Cast, sender: Any, browser: Callable[[Member], Visitor]
) -> None:
    amina = sender(cast.amina)
    begun = amina.begin(len(VIDEO))
    assert begun.status_code == 201, begun.json
    path, file_id = begun.location, begun.json["id"]
    assert (begun.headers["Tus-Resumable"], begun.json["state"]) == ("1.0.0", "uploading")
    assert begun.headers["Upload-Expires"].endswith("GMT")
    assert amina.offset(path) == 0
    first = amina.send(path, 0, VIDEO[:4000])
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "4000")
    asked = amina.ask("HEAD", path)
    assert (asked.headers["Upload-Offset"], asked.headers["Upload-Length"]) == (
        "4000", str(len(VIDEO)),
    )  # fmt: skip
    assert asked.headers["Cache-Control"] == "no-store"
    reader = browser(cast.amina)
    assert reader.get(f"/fichiers/{file_id}/a.mp4").status_code == 404, "not whole yet"
    parts = stored_parts()
    assert b"".join(map(files.read, parts)) == VIDEO[:4000]
    last = amina.send(path, 4000, VIDEO[4000:])
    assert (last.status_code, last.headers["Upload-Offset"]) == (204, str(len(VIDEO)))
    assert amina.offset(path) == len(VIDEO), "the response may have been lost"
    read = reader.get(f"/fichiers/{file_id}/a.mp4")
    assert (read.mimetype, read.data) == ("video/mp4", VIDEO)
    assert stored_parts() == []
    with pytest.raises(FileNotFoundError):
        files.read(parts[0])
    shown = amina.ask("GET", f"{PREFIX}/files/{file_id}").json
    assert (shown["state"], shown["name"], shown["size"]) == ("ready", "fête.mp4", len(VIDEO))


def test_what_does_not_follow_is_a_conflict_and_changes_nothing(cast: Cast, sender: Any) -> None:
    amina = sender(cast.amina)
    path = amina.begin(len(VIDEO)).location
    assert amina.send(path, 0, VIDEO[:100]).status_code == 204
    for wrong in (0, 99, 101):
        assert amina.send(path, wrong, VIDEO[100:200]).status_code == 409
    assert amina.send(path, 100, bytes(len(VIDEO))).status_code == 413, "more than announced"
    assert amina.offset(path) == 100
    assert len(stored_parts()) == 1


def test_two_parts_that_are_sent_at_once_are_stored_once(
    app: Flask, cast: Cast, sender: Any
) -> None:
    amina = sender(cast.amina)
    path = amina.begin(len(VIDEO)).location
    statuses: list[int] = []
    in_threads(app, lambda: statuses.append(amina.send(path, 0, VIDEO).status_code), 4)
    assert sorted(statuses) == [204, 409, 409, 409]
    db.session.rollback()
    assert files.read(db.session.scalars(select(File.key)).one()) == VIDEO


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Tus_Resumable": "0.2.2"}, 412),
        ({"Content_Type": "application/octet-stream"}, 415),
        ({"Upload_Offset": "-1"}, 400),
    ],
)
def test_a_request_that_is_not_of_the_protocol_is_refused(
    cast: Cast, sender: Any, headers: dict[str, str], status: int
) -> None:
    amina = sender(cast.amina)
    path = amina.begin(len(VIDEO)).location
    refused = amina.send(path, 0, VIDEO, **headers)
    assert refused.status_code == status
    assert refused.headers["Tus-Resumable"] == "1.0.0"
    assert amina.offset(path) == 0


def test_limits_are_said_before_anything_is_sent(cast: Cast, sender: Any) -> None:
    amina = sender(cast.amina)
    large = amina.begin(LARGEST_UPLOAD + 1)
    assert large.status_code == 413
    assert "fête.mp4" in large.json["detail"]
    assert amina.begin(0).status_code == 422
    assert amina.ask("POST", f"{PREFIX}/uploads", Upload_Length="many").status_code == 400
    assert [amina.begin(LARGEST_UPLOAD).status_code for _twice in range(2)] == [201, 201]
    assert amina.begin(LARGEST_UPLOAD).status_code == 422, "a gigabyte belongs to nothing"
    options = amina.ask("OPTIONS", f"{PREFIX}/uploads")
    assert options.headers["Tus-Max-Size"] == str(LARGEST_UPLOAD)
    assert "termination" in options.headers["Tus-Extension"]


def test_begun_twice_under_one_key_it_is_one_upload(cast: Cast, sender: Any) -> None:
    amina = sender(cast.amina)
    first, again = (amina.begin(100, Idempotency_Key="une-fois") for _twice in range(2))
    assert again.location == first.location
    assert len(db.session.scalars(select(Upload.file_id)).all()) == 1


@pytest.mark.parametrize("name", ["../../etc/a.b/c", "a.\u202e4pm", "x" * 300 + ".mp4", ""])
def test_a_hostile_name_harms_nobody_while_its_file_arrives(
    cast: Cast, sender: Any, name: str
) -> None:
    begun = sender(cast.amina).begin(100, name)
    assert begun.status_code == 201
    assert 0 < len(begun.json["name"]) <= LONGEST_NAME
    assert not {"/", "\u202e"} & set(begun.json["name"])


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [("page.mp4", PAGE, 415), ("photo.png", picture("PNG"), 204)],
)
def test_the_kind_is_that_of_the_content_once_it_is_whole(
    cast: Cast, sender: Any, name: str, content: bytes, status: int
) -> None:
    amina = sender(cast.amina)
    begun = amina.begin(len(content), name)
    sent = amina.send(begun.location, 0, content)
    assert sent.status_code == status
    if status == 204:
        prepare(begun.json["id"])
        db.session.rollback()
        assert db.session.scalars(select(File.state)).one() is FileState.READY
    else:
        assert "page.mp4" in sent.json["detail"]
        assert amina.ask("HEAD", begun.location).status_code == 404
        assert db.session.scalars(select(File)).all() == []


def test_an_upload_is_its_owner_s_alone_and_can_be_given_up(cast: Cast, sender: Any) -> None:
    amina, chloe = sender(cast.amina), sender(cast.chloe)
    path = amina.begin(len(VIDEO)).location
    amina.send(path, 0, VIDEO[:100])
    [part] = stored_parts()
    for method in ("HEAD", "DELETE"):
        assert chloe.ask(method, path).status_code == 404
    assert chloe.send(path, 100, VIDEO[100:]).status_code == 404
    assert amina.ask("DELETE", path).status_code == 204
    assert amina.ask("HEAD", path).status_code == 404
    with pytest.raises(FileNotFoundError):
        files.read(part)


def test_an_upload_that_is_not_finished_in_a_day_is_gone_from_the_store_too(
    cast: Cast, sender: Any
) -> None:
    amina = sender(cast.amina)
    path = amina.begin(len(VIDEO)).location
    amina.send(path, 0, VIDEO[:100])
    [part] = stored_parts()
    with atomic():
        db.session.execute(update(File).values(created_at=clock.now() - timedelta(hours=25)))
    assert amina.ask("HEAD", path).status_code == 410
    assert amina.send(path, 100, VIDEO[100:]).status_code == 410
    remove_abandoned()
    assert amina.ask("HEAD", path).status_code == 404
    with pytest.raises(FileNotFoundError):
        files.read(part)


def test_what_a_process_left_that_died_while_it_joined_the_parts_is_made_good(
    cast: Cast, sender: Any
) -> None:
    amina = sender(cast.amina)
    begun = amina.begin(len(VIDEO))
    amina.send(begun.location, 0, VIDEO[:100])
    amina.send(begun.location, 100, VIDEO[100:])
    with atomic():
        # As it was before the file was said to be whole, and before its parts were removed.
        file = db.session.get_one(File, begun.json["id"])
        folder = file.key.rpartition("/")[0]
        file.state = FileState.UPLOADING
        for start, content in ((0, VIDEO[:100]), (100, VIDEO[100:])):
            files.store_at_key(f"{folder}/part-{start}", content)
            db.session.add(
                UploadPart(
                    file_id=file.id, start=start, size=len(content), key=f"{folder}/part-{start}"
                )
            )
    assert amina.offset(begun.location) == len(VIDEO)
    db.session.expire_all()
    assert db.session.get_one(File, begun.json["id"]).state is FileState.READY
    assert stored_parts() == []
    files.store_at_key(f"{folder}/part-0", VIDEO[:100])
    with atomic():
        db.session.add(
            UploadPart(file_id=begun.json["id"], start=0, size=100, key=f"{folder}/part-0")
        )
        db.session.execute(update(File).values(unclaimed_at=None))
    remove_abandoned()
    assert stored_parts() == []
    with pytest.raises(FileNotFoundError):
        files.read(f"{folder}/part-0")


def test_a_page_sends_parts_by_its_session_with_its_token_alone(
    cast: Cast, browser: Callable[[Member], Visitor]
) -> None:
    amina = browser(cast.amina)
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "100"}
    assert amina.post(f"{PREFIX}/uploads", headers=headers).status_code == 403
    amina.get("/aide")
    token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', amina.get("/").text)[0]
    headers["X-CSRFToken"] = token
    assert amina.post(f"{PREFIX}/uploads", headers=headers).status_code == 201


def test_a_request_that_joins_the_parts_late_takes_nothing_of_the_file_away(
    cast: Cast, sender: Any, browser: Callable[[Member], Visitor]
) -> None:
    """The parts go once a request has joined them, while another still looks at them."""
    amina = sender(cast.amina)
    begun = amina.begin(len(VIDEO))
    file_id = begun.json["id"]
    assert amina.send(begun.location, 0, VIDEO).status_code == 204
    with db.engine.connect() as connection:
        state = resumable.get_upload(connection, cast.amina.id, file_id)
    resuming._join(state._replace(is_joined=False))
    assert browser(cast.amina).get(f"/fichiers/{file_id}/a.mp4").data == VIDEO
