"""A file on its way: looked at, written down, stored, ready.

Guarantee: there is a row before there are bytes in the store, so that no byte is there of which
nobody knows; and nothing but the row says that a file can be read.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO

from flask_babel import gettext as _
from sqlalchemy import Connection, delete, exists, func, insert, select, update

from grandequipe.attachments.models import (
    File,
    FileClaim,
    FileKind,
    FileState,
    Refusal,
    cleaned_name,
    kind_of,
    shown_name,
)
from grandequipe.attachments.models.archives import Reason
from grandequipe.attachments.models.files import LARGEST_FILE
from grandequipe.attachments.models.kinds import Group
from grandequipe.attachments.policies import private_types
from grandequipe.attachments.services.removal import FOLDER
from grandequipe.core import clock
from grandequipe.core.errors import Invalid
from grandequipe.members.models import Member

CHUNK = 256 * 1024
# Of what a member has sent in a day and nothing claims.
MOST_UNCLAIMED = 100
MOST_UNCLAIMED_BYTES = 1024 * 1024 * 1024
# Of what nobody else sees, with the files of drafts.
MOST_PRIVATE_BYTES = 10 * 1024 * 1024 * 1024


class FileRefused(Invalid):
    """Say of a file that was sent why it is not accepted; `status` is that of HTTP."""

    def __init__(self, name: str, reason: Reason) -> None:
        super().__init__({"file": _sentence(name, reason)})
        self.reason = reason
        self.status = STATUSES.get(reason, 415)

    @property
    def sentence(self) -> str:
        """Give the sentence for the one who sent it."""
        return self.errors["file"]


@dataclass(frozen=True)
class NewFile:
    """The properties of a file that is sent: stored name, kind, bytes and their checksum."""

    name: str
    kind: FileKind
    size: int
    digest: bytes


def examine(source: BinaryIO, sent_name: str) -> NewFile:
    """Inspect a file by its content; raise FileRefused. `source` is left at its start.

    This reads the whole file: run it beside the requests of others.
    """
    size = source.seek(0, 2)
    if size > LARGEST_FILE:
        raise FileRefused(sent_name, Reason.TOO_LARGE)
    if size == 0:
        raise FileRefused(sent_name, Reason.EMPTY)
    try:
        kind = kind_of(source, sent_name)
    except Refusal as refused:
        raise FileRefused(sent_name, refused.reason) from None
    digest = sha256()
    while chunk := source.read(CHUNK):
        digest.update(chunk)
    source.seek(0)
    return NewFile(cleaned_name(sent_name, kind.extensions), kind, size, digest.digest())


def new_key() -> str:
    """Make the key of a file's bytes, which has a folder of its own."""
    return f"{FOLDER}/{secrets.token_urlsafe(16)}/content"


def begin_upload(connection: Connection, owner_id: int, new: NewFile) -> tuple[int, str]:
    """Write down a file whose bytes are on their way; give its id and its key in the store.

    Raises FileRefused where too much of what its owner sent belongs to nothing.
    """
    require_room(connection, owner_id, new.name, new.size)
    now = clock.now()
    key = new_key()
    values = {
        "owner_id": owner_id,
        "name": new.name,
        "media_type": new.kind.media_type,
        "size": new.size,
        "state": FileState.UPLOADING,
        "key": key,
        "created_at": now,
        "unclaimed_at": now,
    }
    file_id = connection.execute(insert(File).values(values).returning(File.id)).scalar_one()
    return file_id, key


def require_room(connection: Connection, owner_id: int, name: str, wanted: int) -> None:
    """Raise FileRefused where so many bytes more of what a member sent would belong to nothing."""
    # One upload of a member after the other: each counts those before it.
    owner = select(Member.id).where(Member.id == owner_id)
    connection.execute(owner.with_for_update(key_share=True))
    unclaimed = select(func.count(), func.coalesce(func.sum(File.size), 0)).where(
        File.owner_id == owner_id, File.unclaimed_at.is_not(None)
    )
    number, size = connection.execute(unclaimed).one()
    if number >= MOST_UNCLAIMED or size + wanted > MOST_UNCLAIMED_BYTES:
        raise FileRefused(name, Reason.TOO_MANY)
    is_shown = exists().where(
        FileClaim.file_id == File.id, FileClaim.subject_type.not_in(private_types())
    )
    private = select(func.coalesce(func.sum(File.size), 0)).where(
        File.owner_id == owner_id, ~is_shown
    )
    if connection.execute(private).scalar_one() + wanted > MOST_PRIVATE_BYTES:
        raise FileRefused(name, Reason.TOO_MANY)


def finish_upload(
    connection: Connection, file_id: int, new: NewFile, alternative: str = ""
) -> bool:
    """Say that the bytes are in the store; a picture is read once a worker has prepared it.

    Returns whether they were on their way until now.
    """
    state = FileState.PROCESSING if new.kind.group is Group.PICTURE else FileState.READY
    finished = connection.execute(
        update(File)
        .where(File.id == file_id, File.state == FileState.UPLOADING)
        .values(
            name=new.name,
            media_type=new.kind.media_type,
            state=state,
            sha256=new.digest,
            alternative=alternative,
        )
    )
    return finished.rowcount > 0


def give_up_upload(connection: Connection, file_id: int) -> None:
    """Forget a file whose bytes did not arrive."""
    connection.execute(delete(File).where(File.id == file_id, File.state == FileState.UPLOADING))


def _sentence(sent_name: str, reason: Reason) -> str:
    return _sentences(shown_name(sent_name))[reason]


def _sentences(name: str) -> Mapping[Reason, str]:
    return {
        Reason.EMPTY: _("“%(name)s” is empty. Choose the file again.", name=name),
        Reason.TOO_LARGE: _("“%(name)s” is too large. Choose a file of up to 25 MB.", name=name),
        Reason.TOO_LARGE_UPLOAD: _(
            "“%(name)s” is too large. Choose a file of up to 500 MB.", name=name
        ),
        Reason.UNKNOWN: _(
            "“%(name)s” isn’t a kind of file we accept. Choose a PDF, an office document, a "
            "picture, a sound, a video, a CSV, a text or a ZIP of these.",
            name=name,
        ),
        Reason.PAGE: _(
            "“%(name)s” is a web page or a drawing that can run code. Save it as a PDF or a "
            "picture, and send that.",
            name=name,
        ),
        Reason.MACROS: _(
            "“%(name)s” contains macros. Save it without them, or as a PDF, and send that.",
            name=name,
        ),
        Reason.DAMAGED: _(
            "We couldn’t open “%(name)s”: it may be damaged. Save it again and send that.",
            name=name,
        ),
        Reason.ENCRYPTED: _(
            "“%(name)s” is protected by a password. Send it without one.", name=name
        ),
        Reason.BOMB: _(
            "“%(name)s” would take too much space once unpacked. Send its files separately.",
            name=name,
        ),
        Reason.IN_ARCHIVE: _(
            "“%(name)s” contains a kind of file we don’t accept. Take it out, and send the rest.",
            name=name,
        ),
        Reason.INFECTED: _(
            "We didn’t keep “%(name)s”: our scanner found a virus in it. Check your device, and "
            "warn the person who gave you this file.",
            name=name,
        ),
        Reason.NOT_SCANNED: _(
            "We couldn’t check “%(name)s” for viruses, so it isn’t kept. Try again in a few "
            "minutes.",
            name=name,
        ),
        Reason.TOO_MANY: _(
            "We couldn’t keep “%(name)s”: too many of the files you sent aren’t in a post yet. "
            "Publish them, or send this one tomorrow.",
            name=name,
        ),
    }


STATUSES = {
    Reason.TOO_LARGE: 413, Reason.TOO_LARGE_UPLOAD: 413, Reason.EMPTY: 422, Reason.DAMAGED: 422,
    Reason.ENCRYPTED: 422, Reason.TOO_MANY: 422,
    Reason.INFECTED: 422, Reason.NOT_SCANNED: 422,
}  # fmt: skip
