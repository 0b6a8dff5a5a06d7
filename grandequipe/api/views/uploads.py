"""Large files, sent in parts that are gone on with after a cut: the protocol tus 1.0.

See https://tus.io/protocols/resumable-upload. The upload's id is that of the file.
"""

from collections.abc import Callable

from flask import Response, abort, g, request, url_for
from werkzeug.http import http_date

from grandequipe.api.calls import Streamed, blueprint, call
from grandequipe.api.identity import acting_member, viewer
from grandequipe.api.limits import REFUSAL
from grandequipe.api.schemas.files import FileSchema
from grandequipe.attachments.models import File
from grandequipe.attachments.models.uploads import LARGEST_UPLOAD
from grandequipe.attachments.policies import may_see_file
from grandequipe.attachments.queries import find_shown_file, get_own_file
from grandequipe.attachments.services import FileRefused
from grandequipe.attachments.services.resumable import UploadState
from grandequipe.attachments.views import resuming
from grandequipe.core.errors import NotFound

TAG = "Files"
LIST = "/uploads"
ONE = "/uploads/<id:file_id>"
ENDPOINTS = {f"api.{each}" for each in ("begin_upload", "show_upload", "send_part", "end_upload")}


def _or_refuse(work: Callable[[], UploadState]) -> UploadState:
    try:
        return work()
    except FileRefused as refused:
        if refused.status in (413, 415):
            abort(refused.status, refused.sentence)
        raise


def _begin() -> None:
    owner_id = acting_member().id
    g.upload = _or_refuse(lambda: resuming.begin(owner_id))


def _receive(file_id: int) -> None:
    owner_id = acting_member().id
    g.upload = _or_refuse(lambda: resuming.receive_parts(owner_id, file_id))


@call(
    "POST",
    LIST,
    tag=TAG,
    answers=FileSchema,
    status=201,
    refusals=[REFUSAL, 400, 412, 413],
    headers={"Location": {"description": "Where to send the parts.", "schema": {"type": "string"}}},
)
def begin_upload() -> tuple[File, dict[str, str]]:
    """Begin a file of up to 500 MB that is sent in parts, by the protocol tus 1.0.

    Announce `Upload-Length`, and `Upload-Metadata` with a `filename`. Then send the parts with
    `PATCH` to the address of `Location`, within 24 hours. What no post claims is removed then, too.
    """
    _begin()
    address = url_for("api.send_part", file_id=g.upload.file_id)
    return get_own_file(g.upload.file_id, seen_by=acting_member()), {"Location": address}


@call(
    "HEAD",
    ONE,
    tag=TAG,
    answers=None,
    status=204,
    only_reads=True,
    any_scope=True,
    refusals=[410, 412],
)
def show_upload(file_id: int) -> None:
    """Say in `Upload-Offset` how many bytes of an upload are stored."""
    owner_id = acting_member().id
    g.upload = _or_refuse(lambda: resuming.look_up(owner_id, file_id))


@call(
    "PATCH",
    ONE,
    tag=TAG,
    answers=None,
    status=204,
    streamed=Streamed(LARGEST_UPLOAD, _receive),
    refusals=[400, 408, 410, 412, 413, 415],
)
def send_part(file_id: int) -> None:
    """Send bytes from `Upload-Offset` on; the file is there once all have arrived.

    409 says that they do not follow those that are stored. With the last ones, 413, 415 and 422 say
    why the file is not accepted.
    """


@call(
    "DELETE",
    ONE,
    tag=TAG,
    answers=None,
    status=204,
    refusals=[410, 412],
)
def end_upload(file_id: int) -> None:
    """Give an upload up, and remove what has arrived; a file that is whole stays."""
    resuming.give_up(acting_member().id, file_id)


@call("GET", "/files/<id:file_id>", tag=TAG, answers=FileSchema, visitors=True)
def show_file(file_id: int) -> File:
    """Say of a file that the caller sees whether it can be read yet."""
    found = find_shown_file(file_id)
    if found is None or not may_see_file(viewer(), found):
        raise NotFound
    return found


@blueprint.after_request
def _describe(response: Response) -> Response:
    """Add the headers of the protocol, to refusals as well."""
    if request.endpoint not in ENDPOINTS:
        return response
    response.headers["Tus-Resumable"] = resuming.VERSION
    response.headers["Cache-Control"] = "no-store"
    if request.method == "OPTIONS" or response.status_code == 412:
        response.headers.update(resuming.LIMITS)
    if (upload := g.get("upload")) and response.status_code < 400:
        response.headers["Upload-Offset"] = str(upload.received)
        response.headers["Upload-Expires"] = http_date(upload.expires_at)
        if request.method == "HEAD":
            response.headers["Upload-Length"] = str(upload.length)
    return response
