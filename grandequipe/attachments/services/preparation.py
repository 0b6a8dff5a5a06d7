"""A picture is made ready: what its sender's camera wrote is gone, and it comes in widths."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import func, select

from grandequipe.attachments.models import File, FileState, cleaned_name
from grandequipe.extensions import db

LARGEST_SIDE = 2000
WIDTHS = (480, 960, 1600)
# After as many, no worker begins again: the picture itself ends the process that decodes it.
MOST_TRIES = 5
WAITS_FOR = timedelta(minutes=1)


def begin_preparation(file_id: int) -> str | None:
    """Count a try to prepare a picture, and give its key; None for what waits for no worker."""
    file = _find_unprepared(file_id)
    if file is None:
        return None
    if file.tries >= MOST_TRIES:
        file.state = FileState.FAILED
        return None
    file.tries += 1
    return file.key


def give_back_try(file_id: int) -> None:
    """Count a try less, for it was the store that failed."""
    if file := _find_unprepared(file_id):
        file.tries = max(0, file.tries - 1)


def next_unprepared(sent_before: datetime) -> int | None:
    """Find the picture to prepare next: of the member who has the fewest waiting first."""
    waiting_of_owner = func.count().over(partition_by=File.owner_id)
    return db.session.scalar(
        select(File.id)
        .where(File.state == FileState.PROCESSING, File.created_at < sent_before)
        .order_by(File.tries, waiting_of_owner, File.created_at, File.id)
        .limit(1)
    )


def _find_unprepared(file_id: int) -> File | None:
    query = select(File).where(File.id == file_id, File.state == FileState.PROCESSING)
    return db.session.scalar(query.with_for_update())


def mark_prepared(
    file_id: int, key: str, content: bytes, size: tuple[int, int], widths: Mapping[str, bytes]
) -> bool:
    """Say that a picture can be read under a new key, in these widths; `size` is in pixels.

    Returns whether it waited for that: another worker may have prepared it.
    """
    file = _find_unprepared(file_id)
    if file is None:
        return False
    file.key = key
    stem = file.name.rpartition(".")[0]
    file.name, file.media_type = cleaned_name(f"{stem}.webp", ("webp",)), "image/webp"
    file.size, file.sha256 = len(content), sha256(content).digest()
    file.width, file.height = size
    file.widths = {width: len(picture) for width, picture in widths.items()}
    file.state = FileState.READY
    db.session.flush()
    return True


def mark_failed(file_id: int) -> None:
    """Say that a picture cannot be read."""
    if file := _find_unprepared(file_id):
        file.state = FileState.FAILED
        db.session.flush()
