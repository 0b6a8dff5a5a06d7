"""What refers to which address, and what became of fetching it."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import case, delete, exists, func, select
from sqlalchemy.dialects.postgresql import insert

from grandequipe.core import clock
from grandequipe.core.fetching import normalised
from grandequipe.core.retries import BackOff
from grandequipe.core.web_pages import PageDescription
from grandequipe.extensions import db
from grandequipe.link_previews.models import LinkPreview, LinkReference, Subject
from grandequipe.link_previews.policies import rules

FOLDER = "link-previews"
BACK_OFF = BackOff(timedelta(minutes=5), timedelta(hours=12), tried_for=timedelta(days=3))
MOST_TRIES = 12
# A worker that takes longer is gone.
TAKEN_FOR = timedelta(minutes=5)
FRESH_FOR = timedelta(days=1)
KEPT_UNREFERRED = timedelta(days=1)
BATCH = 200


def refer(subject: Subject, addresses: Sequence[str]) -> None:
    """Have a subject refer to exactly these addresses, except any that cannot be fetched.

    A page that was fetched more than a day ago, or in vain, is fetched again.
    """
    wanted = list(dict.fromkeys(each for typed in addresses if (each := normalised(typed))))
    ids = _ids_of(wanted) if wanted else {}
    here = (LinkReference.subject_type == subject.type) & (LinkReference.subject_id == subject.id)
    db.session.execute(
        delete(LinkReference)
        .where(here, LinkReference.preview_id.not_in(ids.values()))
        .execution_options(synchronize_session=False)
    )
    if ids:
        rows = [
            {"subject_type": subject.type, "subject_id": subject.id,
             "preview_id": ids[address], "position": position}
            for position, address in enumerate(wanted)
        ]  # fmt: skip
        new = insert(LinkReference).values(rows)
        primary = ["subject_type", "subject_id", "preview_id"]
        db.session.execute(
            new.on_conflict_do_update(
                index_elements=primary, set_={"position": new.excluded.position}
            )
        )


def _ids_of(addresses: Sequence[str]) -> dict[str, int]:
    now = clock.now()
    rows = [{"address": each, "fetch_after": now, "referred_at": now} for each in sorted(addresses)]
    stale = LinkPreview.fetched_at < now - FRESH_FOR
    is_again = LinkPreview.fetch_after.is_(None) & (stale | (LinkPreview.title == ""))
    found = db.session.execute(
        insert(LinkPreview)
        .values(rows)
        .on_conflict_do_update(
            index_elements=["address"],
            set_={
                "referred_at": now,
                "fetch_after": case((is_again, now), else_=LinkPreview.fetch_after),
                "tries": case((is_again, 0), else_=LinkPreview.tries),
            },
        )
        .returning(LinkPreview.address, LinkPreview.id)
    )
    return {row.address: row.id for row in found}


def take_due() -> tuple[int, str] | None:
    """Take a page that is to be fetched: give its preview's id and address."""
    now = clock.now()
    due = (
        select(LinkPreview)
        .where(LinkPreview.fetch_after <= now)
        .order_by(LinkPreview.fetch_after, LinkPreview.id)
        .limit(1)
    )
    preview = db.session.scalar(due.with_for_update(skip_locked=True))
    if preview is None:
        return None
    preview.tries += 1
    preview.fetch_after = now + TAKEN_FOR if preview.tries < MOST_TRIES else None
    return preview.id, preview.address


def key_of(preview_id: int) -> str:
    """Give the key of a preview's picture in the store."""
    return f"{FOLDER}/{preview_id}.webp"


def keep_description(preview_id: int, said: PageDescription, *, has_picture: bool) -> bool:
    """Keep what a page says of itself; return whether its preview is still there."""
    preview = _locked(preview_id)
    if preview is None:
        return False
    preview.title, preview.description = said.title, said.description
    preview.site_name, preview.has_picture = said.site_name, has_picture
    preview.fetch_after, preview.fetched_at, preview.tries = None, clock.now(), 0
    return True


def mark_failed(preview_id: int, *, is_final: bool) -> None:
    """Say that a page could not be fetched: what is known of it stays, and is asked later."""
    preview = _locked(preview_id)
    if preview is None:
        return
    now = clock.now()
    pause = BACK_OFF.pause_after(preview.tries)
    is_over = is_final or preview.tries >= MOST_TRIES
    preview.fetch_after = None if is_over else now + pause
    if is_over:
        preview.fetched_at = now


def _locked(preview_id: int) -> LinkPreview | None:
    query = select(LinkPreview).where(LinkPreview.id == preview_id)
    return db.session.scalar(query.with_for_update())


def remove_unreferred() -> Sequence[int]:
    """Delete some previews that nothing has referred to for a day; give their ids."""
    is_referred = exists().where(LinkReference.preview_id == LinkPreview.id)
    old = select(LinkPreview.id).where(
        LinkPreview.referred_at < clock.now() - KEPT_UNREFERRED, ~is_referred
    )
    locked = old.limit(BATCH).with_for_update(skip_locked=True)
    return db.session.scalars(
        delete(LinkPreview)
        .where(LinkPreview.id.in_(locked.scalar_subquery()), ~is_referred)
        .returning(LinkPreview.id)
        .execution_options(synchronize_session=False)
    ).all()


def remove_references_of_nothing(after: tuple[str, int]) -> tuple[str, int] | None:
    """Delete the references of subjects that are gone, some at a time; None at the end."""
    here = (LinkReference.subject_type, LinkReference.subject_id)
    query = select(*here).where(func.row(*here) > func.row(*after)).distinct()
    subjects = db.session.execute(query.order_by(*here).limit(BATCH)).all()
    by_type: dict[str, list[int]] = {}
    for subject_type, subject_id in subjects:
        by_type.setdefault(subject_type, []).append(subject_id)
    for subject_type, ids in by_type.items():
        if subject_type in rules and (gone := set(ids) - set(rules[subject_type].existing(ids))):
            _remove_references(subject_type, gone)
    return (subjects[-1][0], subjects[-1][1]) if subjects else None


def _remove_references(subject_type: str, gone: Collection[int]) -> None:
    db.session.execute(
        delete(LinkReference)
        .where(LinkReference.subject_type == subject_type, LinkReference.subject_id.in_(gone))
        .execution_options(synchronize_session=False)
    )
