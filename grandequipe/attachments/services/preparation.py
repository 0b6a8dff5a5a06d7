"""A picture is made ready: what its sender's camera wrote is gone, and it comes in widths."""

from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import select, update

from grandequipe.attachments.models import File, FileState, cleaned_name
from grandequipe.core import clock
from grandequipe.extensions import db

LARGEST_SIDE = 2000
WIDTHS = (480, 960, 1600)
# After that no worker tries again: the picture itself ends the process that decodes it.
LONGEST_PREPARATION = timedelta(hours=1)
WAITS_FOR = timedelta(minutes=1)
BATCH = 100


def find_unprepared(file_id: int) -> File | None:
    """Find a picture that still waits for a worker."""
    file = db.session.get(File, file_id)
    return file if file and file.state is FileState.PROCESSING else None


def list_unprepared() -> list[int]:
    """List pictures whose preparation was lost; those that are never ready have failed."""
    now = clock.now()
    waiting = File.state == FileState.PROCESSING
    db.session.execute(
        update(File)
        .where(waiting, File.created_at < now - LONGEST_PREPARATION)
        .values(state=FileState.FAILED)
        .execution_options(synchronize_session=False)
    )
    rows = select(File.id).where(waiting, File.created_at < now - WAITS_FOR)
    return list(db.session.scalars(rows.order_by(File.created_at).limit(BATCH)))


def mark_prepared(
    file_id: int, content: bytes, size: tuple[int, int], widths: Mapping[str, bytes]
) -> None:
    """Say that a picture can be read, in these widths; `size` is in pixels."""
    file = find_unprepared(file_id)
    if file is None:
        return
    stem = file.name.rpartition(".")[0]
    file.name, file.media_type = cleaned_name(f"{stem}.webp", ("webp",)), "image/webp"
    file.size, file.sha256 = len(content), sha256(content).digest()
    file.width, file.height = size
    file.widths = {width: len(picture) for width, picture in widths.items()}
    file.state = FileState.READY
    db.session.flush()


def mark_failed(file_id: int) -> None:
    """Say that a picture cannot be read."""
    if file := find_unprepared(file_id):
        file.state = FileState.FAILED
        db.session.flush()
