"""What belongs to nothing goes, from the table and from the store."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import delete, exists, func, or_, select, update

from grandequipe.attachments.models import File, FileClaim, FileState
from grandequipe.attachments.policies import rule_of
from grandequipe.core import clock
from grandequipe.extensions import db
from grandequipe.members.models import IS_CLOSED, Member

FOLDER = "attachments"
KEPT_UNCLAIMED = timedelta(hours=24)
BATCH = 200


def remove_abandoned() -> Sequence[str]:
    """Delete some files that belonged to nothing for a day, or never arrived; give their keys.

    Those of an account that was closed go without that delay. The caller removes the bytes after
    the commit.
    """
    oldest = clock.now() - KEPT_UNCLAIMED
    is_claimed = exists().where(FileClaim.file_id == File.id)
    is_closed = exists().where(Member.id == File.owner_id, IS_CLOSED)
    abandoned = select(File.id).where(
        or_(
            File.unclaimed_at < oldest,
            File.unclaimed_at.is_not(None) & is_closed,
            (File.created_at < oldest) & (File.state == FileState.UPLOADING),
        ),
        ~is_claimed,
    )
    # A claim made at this moment has locked its row: the file stays.
    locked = abandoned.limit(BATCH).with_for_update(skip_locked=True)
    return db.session.scalars(
        delete(File)
        .where(File.id.in_(locked.scalar_subquery()), ~is_claimed)
        .returning(File.key)
        .execution_options(synchronize_session=False)
    ).all()


def remove_claims_of_nothing(after: tuple[str, int]) -> tuple[str, int] | None:
    """Delete the claims of subjects that are gone, some subjects at a time.

    Goes on after a subject, ("", 0) at first; gives the last one that was looked at, None at the
    end.
    """
    here = (FileClaim.subject_type, FileClaim.subject_id)
    query = select(*here).where(func.row(*here) > func.row(*after)).distinct()
    subjects = db.session.execute(query.order_by(*here).limit(BATCH)).all()
    by_type: dict[str, list[int]] = {}
    for subject_type, subject_id in subjects:
        by_type.setdefault(subject_type, []).append(subject_id)
    for subject_type, ids in by_type.items():
        rule = rule_of(subject_type)
        if rule is not None and (gone := set(ids) - set(rule.existing(ids))):
            _remove_claims(subject_type, gone)
    return (subjects[-1][0], subjects[-1][1]) if subjects else None


def _remove_claims(subject_type: str, gone: Collection[int]) -> None:
    released = db.session.scalars(
        delete(FileClaim)
        .where(FileClaim.subject_type == subject_type, FileClaim.subject_id.in_(gone))
        .returning(FileClaim.file_id)
        .execution_options(synchronize_session=False)
    ).all()
    is_claimed = exists().where(FileClaim.file_id == File.id)
    db.session.execute(
        update(File).where(File.id.in_(released), ~is_claimed).values(unclaimed_at=clock.now())
    )


def find_orphans(folders: Collection[str]) -> Collection[str]:
    """Say which of these folders of the store have no row; their bytes may go."""
    keys = {f"{folder}/content": folder for folder in folders}
    known = db.session.scalars(select(File.key).where(File.key.in_(list(keys)))).all()
    return set(folders) - {keys[key] for key in known}
