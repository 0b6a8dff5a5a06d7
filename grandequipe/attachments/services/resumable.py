"""A large file arrives in parts, each acknowledged once it is stored.

Guarantee: what is acknowledged is in the store, in order and without gaps, whatever becomes of the
process that took it: a part is stored under a key of its own, then counted in the row of its
upload, which is locked for that. Of two requests that send the same bytes one is counted.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update

from grandequipe.attachments.models import File, FileState, shown_name
from grandequipe.attachments.models.archives import Reason
from grandequipe.attachments.models.uploads import LARGEST_UPLOAD, MOST_PARTS, Upload, UploadPart
from grandequipe.attachments.services.removal import BATCH, KEPT_UNCLAIMED
from grandequipe.attachments.services.uploads import FileRefused, new_key, require_room
from grandequipe.core import clock, files
from grandequipe.core.errors import NotFound
from grandequipe.extensions import db

UNKNOWN_TYPE = "application/octet-stream"


class WrongOffset(Exception):
    """Say that bytes do not follow those that are stored: another request may have sent them."""


class Expired(Exception):
    """The upload began more than a day ago, and goes."""


class TooManyParts(Exception):
    """So many small parts are refused."""


class UploadState(NamedTuple):
    """How far an upload is, in bytes, when it expires, and whether its file has arrived whole."""

    file_id: int
    sent_name: str
    length: int
    received: int
    expires_at: datetime
    key: str
    is_joined: bool

    @property
    def folder(self) -> str:
        """Name the folder of the store that holds its parts and will hold its content."""
        return self.key.rpartition("/")[0]

    @property
    def is_received(self) -> bool:
        """Return whether all of its bytes are stored."""
        return self.received == self.length


def begin_resumable(connection: Connection, owner_id: int, sent_name: str, length: int) -> int:
    """Write down a large file of which nothing has arrived, and give its id; raise FileRefused."""
    if length > LARGEST_UPLOAD:
        raise FileRefused(sent_name, Reason.TOO_LARGE_UPLOAD)
    if length == 0:
        raise FileRefused(sent_name, Reason.EMPTY)
    require_room(connection, owner_id, sent_name, length)
    now = clock.now()
    values = {
        "owner_id": owner_id,
        # Both are said by the content once it is there.
        "name": shown_name(sent_name),
        "media_type": UNKNOWN_TYPE,
        "size": length,
        "state": FileState.UPLOADING,
        "key": new_key(),
        "created_at": now,
        "unclaimed_at": now,
    }
    file_id: int = connection.execute(insert(File).values(values).returning(File.id)).scalar_one()
    connection.execute(insert(Upload).values(file_id=file_id, sent_name=sent_name, length=length))
    return file_id


def get_upload(connection: Connection, owner_id: int, file_id: int) -> UploadState:
    """Get an upload of a member; raise NotFound, or Expired."""
    row = connection.execute(_QUERY.where(Upload.file_id == file_id)).one_or_none()
    if row is None or row.owner_id != owner_id:
        raise NotFound
    state = _state(row)
    if state.expires_at <= clock.now():
        raise Expired
    return state


def part_key(upload: UploadState, start: int) -> str:
    """Make a key for bytes that are about to be stored."""
    return f"{upload.folder}/part-{start}-{secrets.token_urlsafe(8)}"


def add_part(connection: Connection, file_id: int, start: int, size: int, key: str) -> int:
    """Acknowledge bytes that are in the store, and give how many there are now.

    Raises WrongOffset where they do not follow those before, and NotFound where it was cancelled.
    """
    query = select(Upload.received).where(Upload.file_id == file_id)
    received = connection.execute(query.with_for_update()).scalar_one_or_none()
    if received is None:
        raise NotFound
    if received != start:
        raise WrongOffset
    count = select(func.count()).where(UploadPart.file_id == file_id)
    if connection.execute(count).scalar_one() >= MOST_PARTS:
        raise TooManyParts
    values = {"file_id": file_id, "start": start, "size": size, "key": key}
    connection.execute(insert(UploadPart).values(values))
    change = update(Upload).where(Upload.file_id == file_id)
    connection.execute(change.values(received=start + size))
    return start + size


def list_parts(connection: Connection, file_id: int) -> Sequence[tuple[str, int]]:
    """List the parts of an upload in their order: key and size."""
    query = select(UploadPart.key, UploadPart.size).where(UploadPart.file_id == file_id)
    return [(key, size) for key, size in connection.execute(query.order_by(UploadPart.start))]


def cancel_upload(connection: Connection, owner_id: int, file_id: int) -> str | None:
    """Forget an upload that its owner gives up, and give the folder of its bytes.

    None where the file has arrived: it is removed as any other. Raises NotFound, or Expired.
    """
    upload = get_upload(connection, owner_id, file_id)
    is_arriving = (File.id == file_id) & (File.state == FileState.UPLOADING)
    gone = connection.execute(delete(File).where(is_arriving).returning(File.id)).all()
    return upload.folder if gone else None


def forget_upload(connection: Connection, file_id: int) -> bool:
    """Forget an upload that became no file; return False where it has become one meanwhile."""
    is_arriving = (File.id == file_id) & (File.state == FileState.UPLOADING)
    connection.execute(delete(File).where(is_arriving))
    there = select(File.id).where(File.id == file_id)
    return connection.execute(there).one_or_none() is None


def remove_parts(file_id: int) -> None:
    """Remove the parts of a file that is whole: their bytes, then their rows. It commits."""
    with db.engine.connect() as connection:
        parts = list_parts(connection, file_id)
    for key, _size in parts:
        files.remove(key)
    with db.engine.begin() as connection:
        connection.execute(delete(UploadPart).where(UploadPart.file_id == file_id))


def forget_finished() -> Sequence[int]:
    """Forget how files arrived, a day after they began to. It commits.

    Gives files that are whole and whose parts are still there: a process was ended meanwhile.
    """
    is_whole = File.state != FileState.UPLOADING
    joined = select(UploadPart.file_id).join(File, File.id == UploadPart.file_id).where(is_whole)
    began = select(File.id).where(
        File.id == Upload.file_id, is_whole, File.created_at < clock.now() - KEPT_UNCLAIMED
    )
    parts = select(UploadPart.file_id).where(UploadPart.file_id == Upload.file_id)
    with db.engine.begin() as connection:
        connection.execute(delete(Upload).where(began.exists(), ~parts.exists()))
        return connection.execute(joined.distinct().limit(BATCH)).scalars().all()


_QUERY = select(
    Upload.file_id,
    Upload.sent_name,
    Upload.length,
    Upload.received,
    File.owner_id,
    File.created_at,
    File.key,
    File.state,
).join(File, File.id == Upload.file_id)


def _state(row: Any) -> UploadState:
    is_joined = row.state is not FileState.UPLOADING
    expires_at = row.created_at + KEPT_UNCLAIMED
    return UploadState(
        row.file_id, row.sent_name, row.length, row.received, expires_at, row.key, is_joined
    )
