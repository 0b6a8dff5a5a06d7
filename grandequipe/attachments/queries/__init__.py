"""Reading files; whether somebody may is asked of `attachments.policies`."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import func, literal_column, select, tuple_

from grandequipe.attachments.models import File, FileClaim, FileState
from grandequipe.core.errors import NotFound
from grandequipe.extensions import db
from grandequipe.members.models import Member

# Pixels: that of the pictures of cards, of which a list has twenty.
SMALLEST_WIDTH = 240


def find_file(file_id: int) -> File | None:
    """Find a file whose bytes can be read; the caller that shows it asks the policy."""
    file = db.session.get(File, file_id)
    return file if file and file.is_ready else None


def find_shown_file(file_id: int) -> File | None:
    """Find a file that has arrived, or is on its way; the caller asks the policy."""
    return db.session.get(File, file_id)


def list_claims(*file_ids: int) -> Sequence[FileClaim]:
    """List what some files belong to."""
    return db.session.scalars(select(FileClaim).where(FileClaim.file_id.in_(file_ids))).all()


def find_claimed_elsewhere(
    file_ids: Sequence[int], there: Sequence[tuple[str, int]]
) -> Collection[int]:
    """Say which of these files belong to anything else than the subjects of `there`."""
    if not file_ids:
        return ()
    query = select(FileClaim.file_id).where(FileClaim.file_id.in_(file_ids))
    if there:
        subject = tuple_(FileClaim.subject_type, FileClaim.subject_id)
        query = query.where(subject.not_in([tuple(each) for each in there]))
    return set(db.session.scalars(query))


def list_files(subject_type: str, subject_ids: Sequence[int]) -> Mapping[int, Sequence[File]]:
    """List the files of each of several subjects, in their order; no entry for one without."""
    if not subject_ids:
        return {}
    rows = db.session.execute(
        select(FileClaim.subject_id, File)
        .join(File, File.id == FileClaim.file_id)
        .where(FileClaim.subject_type == subject_type, FileClaim.subject_id.in_(subject_ids))
        .order_by(FileClaim.subject_id, FileClaim.position, File.id)
    )
    found: dict[int, list[File]] = {}
    for subject_id, file in rows:
        found.setdefault(subject_id, []).append(file)
    return found


def first_picture(subject_type: str, subject: Any) -> Any:
    """Give, to be joined with a statement about `subject`, the first picture of each.

    `subject` is a model with an id. The columns are `id`, `name`, `width`, `height`, and `number`:
    that of all the pictures of the subject. Where it has none, the first page of a document.
    """
    # Words, no parameters: the statement is built once and planned for them.
    of_subject = FileClaim.subject_type == literal_column(f"'{subject_type}'")
    is_ready = File.state == literal_column(f"'{FileState.READY.value}'", File.state.type)
    is_picture = File.media_type.like(literal_column("'image/%'"))
    is_drawn = is_picture | File.widths.op("?")(literal_column(f"'{SMALLEST_WIDTH}'"))
    number = func.count().filter(is_picture).over().label("number")
    return (
        select(File.id, File.name, File.width, File.height, number)
        .select_from(FileClaim)
        .join(File, File.id == FileClaim.file_id)
        .where(of_subject, FileClaim.subject_id == subject.id, is_ready, is_drawn)
        .order_by(is_picture.desc(), FileClaim.position, File.id)
        .limit(literal_column("1"))
        .correlate(subject)
        .lateral("first_picture")
    )


def find_files(file_ids: Sequence[int]) -> Sequence[File]:
    """Find files by id, in the given order; those that are not there are left out."""
    if not file_ids:
        return []
    rows = db.session.scalars(select(File).where(File.id.in_(file_ids)))
    found = {file.id: file for file in rows}
    return [found[file_id] for file_id in dict.fromkeys(file_ids) if file_id in found]


def get_own_file(file_id: int, seen_by: Member) -> File:
    """Get a file that the member has sent, or raise NotFound."""
    file = db.session.get(File, file_id)
    if file is None or file.owner_id != seen_by.id:
        raise NotFound
    return file
