"""What a file belongs to, written with what it belongs to."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import delete, exists, insert, select, update

from grandequipe.attachments.models import File, FileClaim, FileState
from grandequipe.attachments.models.files import LONGEST_ALTERNATIVE, MOST_FILES
from grandequipe.attachments.policies import may_attach
from grandequipe.attachments.queries import find_claimed_elsewhere, find_files
from grandequipe.core import clock
from grandequipe.core.errors import Invalid
from grandequipe.core.text_validation import length_error, line_error
from grandequipe.extensions import db
from grandequipe.members.models import Member


class Subject(NamedTuple):
    """What files belong to: a registered type, and an id."""

    type: str
    id: int


def require_attachable(
    actor: Member, file_ids: Sequence[int], there: Sequence[Subject] = ()
) -> Sequence[File]:
    """Give the files that the actor may attach, in order; raise Invalid of `files` for any other.

    What is claimed by a subject of `there` may stay, from any sender.
    """
    ids = list(dict.fromkeys(file_ids))
    if len(ids) > MOST_FILES:
        raise Invalid({"files": _("Attach no more than %(number)d files.", number=MOST_FILES)})
    files = find_files(ids)
    kept = _kept_ids(actor, files, there)
    is_wrong = len(files) < len(ids) or not all(
        may_attach(actor, file, file.id in kept) for file in files
    )
    if is_wrong:
        raise Invalid({"files": _("One of these files is no longer there. Choose it again.")})
    if any(file.state is FileState.UPLOADING for file in files):
        raise Invalid({"files": _("One of these files has not arrived yet. Wait a moment.")})
    return files


def attachable_files(
    actor: Member, file_ids: Sequence[int], there: Sequence[Subject] = ()
) -> Sequence[File]:
    """Give those of the files that the actor may attach, to be listed in a form."""
    files = find_files(file_ids)
    kept = _kept_ids(actor, files, there)
    return [file for file in files if may_attach(actor, file, file.id in kept)]


def _kept_ids(actor: Member, files: Sequence[File], there: Sequence[Subject]) -> Collection[int]:
    """Say what some subjects claim, asked only where there are files of others."""
    if all(may_attach(actor, file, is_claimed_there=False) for file in files):
        return ()
    return {file_id for subject in there for file_id in _claimed_ids(subject)}


def claim_files(
    actor: Member, subject: Subject, file_ids: Sequence[int], there: Sequence[Subject] = ()
) -> Sequence[File]:
    """Have exactly these files belong to a subject, in this order; raise Invalid of `files`.

    `there` are other subjects of the same thing, whose files may be claimed too. What belongs to
    nothing any more is kept for a day.
    """
    if file_ids:
        _lock(file_ids)
    files = require_attachable(actor, file_ids, [subject, *there])
    before = set(_claimed_ids(subject))
    if not files and not before:
        return files
    _delete_claims(subject)
    if files:
        rows = [
            {"subject_type": subject.type, "subject_id": subject.id,
             "file_id": file.id, "position": position}
            for position, file in enumerate(files)
        ]  # fmt: skip
        db.session.execute(insert(FileClaim), rows)
        _mark(File.id.in_([file.id for file in files]), None)
    _release(before - {file.id for file in files})
    return files


def release_files(subject: Subject) -> None:
    """Have no file belong to a subject any more."""
    before = set(_claimed_ids(subject))
    if before:
        _delete_claims(subject)
        _release(before)


class NewDescription(NamedTuple):
    """What is said of a picture to those who do not see it."""

    alternative: str
    is_decorative: bool


def describe_files(
    files: Sequence[File],
    descriptions: Mapping[int, NewDescription],
    there: Sequence[Subject] = (),
) -> None:
    """Say of several files what their pictures show; raise Invalid of `files`.

    A description is shown with the file wherever it belongs: one that anything else than the
    subjects of `there` claims stays as it is, for others read that, and moderators may have
    approved it.
    """
    changed: dict[int, tuple[File, NewDescription]] = {}
    for file in files:
        if said := descriptions.get(file.id):
            text = "" if said.is_decorative else said.alternative.strip()
            if (file.alternative, file.is_decorative) != (text, said.is_decorative):
                changed[file.id] = file, NewDescription(text, said.is_decorative)
    if not changed:
        return
    # A claim made at this moment has locked the row, or waits for it.
    _lock(list(changed))
    fixed = find_claimed_elsewhere(list(changed), there)
    for file, said in changed.values():
        _require_describable(file, said.alternative, is_fixed=file.id in fixed)
        file.alternative, file.is_decorative = said
    db.session.flush()


def _require_describable(file: File, text: str, *, is_fixed: bool) -> None:
    if wrong := length_error(text, LONGEST_ALTERNATIVE) or line_error(text):
        raise Invalid({"files": wrong})
    if is_fixed:
        sentence = _(
            "The description of “%(name)s” can’t be changed. To give it another one, take the "
            "picture out and add it again.",
            name=file.name,
        )
        raise Invalid({"files": sentence})


def describe_file(file: File, alternative: str, *, is_decorative: bool) -> None:
    """Say what a picture that belongs to nothing yet shows, or that it is decorative.

    Raises Invalid of `files`. The caller has asked for the right to attach the file.
    """
    describe_files([file], {file.id: NewDescription(alternative, is_decorative)})


def _lock(file_ids: Sequence[int]) -> None:
    """Wait for others who claim, describe or remove these files."""
    rows = select(File.id).where(File.id.in_(file_ids)).order_by(File.id)
    db.session.execute(rows.with_for_update())


def _claimed_ids(subject: Subject) -> Sequence[int]:
    query = select(FileClaim.file_id).where(
        FileClaim.subject_type == subject.type, FileClaim.subject_id == subject.id
    )
    return db.session.scalars(query.order_by(FileClaim.position)).all()


def _delete_claims(subject: Subject) -> None:
    db.session.execute(
        delete(FileClaim)
        .where(FileClaim.subject_type == subject.type, FileClaim.subject_id == subject.id)
        .execution_options(synchronize_session=False)
    )


def _release(file_ids: set[int]) -> None:
    """Note of files that nothing claims any more since when."""
    if file_ids:
        is_claimed = exists().where(FileClaim.file_id == File.id)
        _mark(File.id.in_(file_ids) & ~is_claimed, clock.now())


def _mark(files: object, unclaimed_at: object) -> None:
    db.session.execute(update(File).where(files).values(unclaimed_at=unclaimed_at))  # type: ignore[arg-type]
