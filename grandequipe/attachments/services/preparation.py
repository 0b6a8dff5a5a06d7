"""Files are made ready by a worker.

Of a picture, what its sender's camera wrote is gone, and it comes in widths. A PDF can be read as
soon as it is there; a picture of its first page and its words for the search come later, or never.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, func, select

from grandequipe.attachments.models import File, FileKind, FileState, FileText, cleaned_name
from grandequipe.attachments.models.files import LONGEST_TEXT, PDF_TYPE
from grandequipe.attachments.models.kinds import Group
from grandequipe.attachments.queries import SMALLEST_WIDTH
from grandequipe.core.cleaning import cleaned_text
from grandequipe.extensions import db

LARGEST_SIDE = 2000
WIDTHS = (SMALLEST_WIDTH, 480, 960, 1600)
# After as many, no worker begins again: the picture itself ends the process that decodes it.
MOST_TRIES = 5
WAITS_FOR = timedelta(minutes=1)


def needs_preparation(kind: FileKind) -> bool:
    """Return whether a worker makes something of files of a kind."""
    return kind.group is Group.PICTURE or kind.media_type == PDF_TYPE


def begin_preparation(file_id: int) -> File | None:
    """Count a try to prepare a file, and give it; None for what waits for no worker."""
    file = _find_unprepared(file_id)
    if file is None:
        return None
    if file.tries >= MOST_TRIES:
        if file.is_ready:
            file.is_extracted = True
        else:
            file.state = FileState.FAILED
        return None
    file.tries += 1
    return file


def give_back_try(file_id: int) -> None:
    """Count a try less, for it was the store that failed."""
    if file := _find_unprepared(file_id):
        file.tries = max(0, file.tries - 1)


def next_unprepared(sent_before: datetime) -> int | None:
    """Find the file to prepare next: of the member who has the fewest waiting first.

    Pictures come before documents, which can be read meanwhile.
    """
    for waits in (File.state == FileState.PROCESSING, _is_unextracted()):
        if (found := _next(waits, sent_before)) is not None:
            return found
    return None


def _next(waits: ColumnElement[bool], sent_before: datetime) -> int | None:
    waiting_of_owner = func.count().over(partition_by=File.owner_id)
    return db.session.scalar(
        select(File.id)
        .where(waits, File.created_at < sent_before)
        .order_by(File.tries, waiting_of_owner, File.created_at, File.id)
        .limit(1)
    )


def _find_unprepared(file_id: int) -> File | None:
    waits = (File.state == FileState.PROCESSING) | _is_unextracted()
    query = select(File).where(File.id == file_id, waits)
    return db.session.scalar(query.with_for_update())


def _is_unextracted() -> ColumnElement[bool]:
    return (
        (File.state == FileState.READY)
        & (File.media_type == PDF_TYPE)
        & File.is_extracted.is_(False)
    )


def mark_extracted(
    file_id: int, size: tuple[int, int], widths: Mapping[str, int], words: str
) -> None:
    """Say that a document has a picture of its first page in these widths, and what its words are.

    `size` is that of the largest in pixels; without widths there is no picture.
    """
    file = _find_unprepared(file_id)
    if file is None:
        return
    file.is_extracted = True
    if widths:
        file.widths = dict(widths)
        file.width, file.height = size
    if content := cleaned_text(words).strip()[:LONGEST_TEXT]:
        db.session.add(FileText(file_id=file.id, content=content))
    db.session.flush()


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
    file.sent_sha256 = file.sha256
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
