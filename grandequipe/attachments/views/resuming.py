"""Large files, by the protocol tus 1.0: begun, sent in parts, gone on with, given up.

Guarantee: what is acknowledged is stored (see `services.resumable`). A request that is cut is
acknowledged as far as it came. The bytes are never whole in the memory of this process, and no
connection to the database is held while they are awaited or copied.
"""

import binascii
from base64 import b64decode
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast

from flask import abort, request
from werkzeug.exceptions import ClientDisconnected, RequestTimeout

from grandequipe.attachments.models import Refusal, cleaned_name, kind_of
from grandequipe.attachments.models.archives import Reason
from grandequipe.attachments.models.files import LARGEST_FILE
from grandequipe.attachments.models.kinds import Group
from grandequipe.attachments.models.uploads import LARGEST_UPLOAD, PART
from grandequipe.attachments.services import FileRefused, NewFile, finish_upload, resumable
from grandequipe.attachments.services.resumable import UploadState
from grandequipe.attachments.views.receiving import hand_over, require_clean
from grandequipe.core import files
from grandequipe.core.threads import run_large_copy
from grandequipe.core.transactions import on_commit
from grandequipe.extensions import db
from grandequipe.web.bodies import StreamedBody
from grandequipe.web.rate_limits import hit, too_many

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration,termination"
CONTENT_TYPE = "application/offset+octet-stream"
LONGEST_METADATA = 8_000
IN_MEMORY = 64 * 1024
PIECE = 1024 * 1024
GONE = "This upload began more than 24 hours ago. Begin again."


def require_version() -> None:
    """Refuse another version of the protocol."""
    if request.headers.get("Tus-Resumable") != VERSION:
        abort(412, f"Send `Tus-Resumable: {VERSION}`.")


def begin(owner_id: int) -> UploadState:
    """Begin the announced upload in the session's transaction; raise FileRefused."""
    require_version()
    length = _number("Upload-Length")
    if not hit("files", owner_id):
        raise too_many("files", owner_id)
    name = _metadata().get("filename", "")
    connection = db.session.connection()
    file_id = resumable.begin_resumable(connection, owner_id, name, length)
    return resumable.get_upload(connection, owner_id, file_id)


def look_up(owner_id: int, file_id: int) -> UploadState:
    """Say how far an upload is; one whose last response was lost is finished."""
    require_version()
    upload = _get(owner_id, file_id)
    if upload.is_received and not upload.is_joined:
        _join(upload)
    return upload


def receive_parts(owner_id: int, file_id: int) -> UploadState:
    """Store what the request brings; raise FileRefused where the whole is no file we accept."""
    require_version()
    if request.mimetype != CONTENT_TYPE:
        abort(415, f"Send `Content-Type: {CONTENT_TYPE}`.")
    start, upload = _number("Upload-Offset"), _get(owner_id, file_id)
    try:
        if start != upload.received:
            raise resumable.WrongOffset
        if start + (request.content_length or 0) > upload.length:
            abort(413, "This is more than the `Upload-Length` that was announced.")
        for part in _parts(upload.length - start):
            with part:
                start = _store(upload, start, part)
    except resumable.WrongOffset:
        abort(409, "What you send does not begin where the stored bytes end: ask with HEAD.")
    except resumable.TooManyParts:
        abort(413, "Send larger parts.")
    upload = upload._replace(received=start)
    if upload.is_received and not upload.is_joined:
        _join(upload)
    return upload


def give_up(owner_id: int, file_id: int) -> None:
    """Forget an upload, and what has arrived of it, in the session's transaction."""
    require_version()
    try:
        folder = resumable.cancel_upload(db.session.connection(), owner_id, file_id)
    except resumable.Expired:
        abort(410, GONE)
    if folder:
        on_commit(partial(files.remove_all, folder))


def _get(owner_id: int, file_id: int) -> UploadState:
    db.session.rollback()
    try:
        with db.engine.connect() as connection:
            return resumable.get_upload(connection, owner_id, file_id)
    except resumable.Expired:
        abort(410, GONE)


def _parts(most: int) -> Iterator[SpooledTemporaryFile[bytes]]:
    """Read the body in parts, each in a file of its own; what a cut leaves is one, too."""
    body, left = StreamedBody(), most
    while True:
        part = SpooledTemporaryFile[bytes](IN_MEMORY)
        cut: Exception | None = None
        try:
            while part.tell() < PART and (chunk := body.read()):
                left -= len(chunk)
                if left < 0:
                    abort(413, "This is more than the `Upload-Length` that was announced.")
                part.write(chunk)
        except (ClientDisconnected, RequestTimeout, OSError) as error:
            cut = error
        if not part.tell():
            part.close()
            if cut:
                raise cut
            return
        yield part
        if cut:
            raise cut


def _store(upload: UploadState, start: int, part: SpooledTemporaryFile[bytes]) -> int:
    size = part.tell()
    part.seek(0)
    key = resumable.part_key(upload, start)
    try:
        files.store_large(key, cast(BinaryIO, part))
        with db.engine.begin() as connection:
            return resumable.add_part(connection, upload.file_id, start, size, key)
    except BaseException:
        with suppress(Exception):
            files.remove(key)
        raise


def _join(upload: UploadState) -> None:
    """Make one object of the parts, and a file of it; a refused one is forgotten."""
    with db.engine.connect() as connection:
        parts = resumable.list_parts(connection, upload.file_id)
    try:
        new = _copy(upload, parts)
    except FileRefused:
        with db.engine.begin() as connection:
            is_gone = resumable.forget_upload(connection, upload.file_id)
        if not is_gone:
            # Another request was quicker, and took the parts away while they were looked at here.
            return
        files.remove_all(upload.folder)
        raise
    except FileNotFoundError:
        # Another request was quicker, or the upload was cancelled.
        return
    with db.engine.begin() as connection:
        is_first = finish_upload(connection, upload.file_id, new)
    if is_first:
        hand_over(upload.file_id, new)
        resumable.remove_parts(upload.file_id)


def _copy(upload: UploadState, parts: Sequence[tuple[str, int]]) -> NewFile:
    source = files.open_parts(parts)
    try:
        kind = run_large_copy(partial(kind_of, source, upload.sent_name))
    except Refusal as refused:
        raise FileRefused(upload.sent_name, refused.reason) from None
    if kind.group is Group.PICTURE and upload.length > LARGEST_FILE:
        raise FileRefused(upload.sent_name, Reason.TOO_LARGE)
    require_clean(source, upload.sent_name)
    digest = sha256()
    files.store_pieces(upload.key, _digested(source, digest))
    name = cleaned_name(upload.sent_name, kind.extensions)
    return NewFile(name, kind, upload.length, digest.digest())


def _digested(source: BinaryIO, digest: Any) -> Iterator[bytes]:
    """Read a file in pieces that are digested as they are read."""
    while piece := source.read(PIECE):
        digest.update(piece)
        yield piece


def _number(name: str) -> int:
    sent = request.headers.get(name, "")
    if not sent.isdecimal() or len(sent) > 18:
        abort(400, f"Send `{name}`, a number of bytes.")
    return int(sent)


def _metadata() -> dict[str, str]:
    """Read the names and values of `Upload-Metadata`; raise BadRequest."""
    sent = request.headers.get("Upload-Metadata", "")
    if len(sent) > LONGEST_METADATA:
        abort(400, "`Upload-Metadata` is too long.")
    found = {}
    for pair in filter(None, (each.strip() for each in sent.split(","))):
        key, _, value = pair.partition(" ")
        try:
            found[key] = b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            abort(400, "Send the values of `Upload-Metadata` in UTF-8, encoded by base64.")
    return found


LIMITS = {"Tus-Version": VERSION, "Tus-Extension": EXTENSIONS, "Tus-Max-Size": str(LARGEST_UPLOAD)}
