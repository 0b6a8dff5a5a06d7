"""Saving what a member writes, and publishing it at its hour.

Guarantee: a save that started from another version than the one that is there overwrites nothing:
it becomes a draft of its own. A draft is published once: it is locked, and deleted by the
transaction that publishes it.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, delete, func, select
from sqlalchemy.orm import undefer

from grandequipe.attachments.models import FileState
from grandequipe.attachments.models.files import MOST_FILES
from grandequipe.attachments.queries import list_files
from grandequipe.attachments.services import (
    Subject,
    attachable_files,
    claim_files,
    release_files,
)
from grandequipe.core import clock, html
from grandequipe.core.errors import Conflict, Invalid, NotFound
from grandequipe.core.events import record
from grandequipe.core.lines import one_line, shortened
from grandequipe.extensions import db
from grandequipe.feed.events import DraftNotPublished, ScheduledPostPublished
from grandequipe.feed.models import Draft, DraftFailure, DraftInput, DraftState, Post
from grandequipe.feed.models.drafts import DRAFT_SUBJECT, LONGEST_NAME, MOST_DRAFTS
from grandequipe.feed.models.inputs import PostInput
from grandequipe.feed.services.posts import publish_post
from grandequipe.feed.services.texts import subjects_of
from grandequipe.groups.models import Group
from grandequipe.members.models import Member

# What is deleted can be had back for so long; nothing is scheduled further ahead than that.
KEPT_DELETED = timedelta(days=1)
FURTHEST = timedelta(days=366)
BATCH = 100
GONE = _l("This draft has been published or deleted meanwhile. Here’s your text.")


def new_key() -> str:
    """Make the key of a draft that no form has begun."""
    return secrets.token_urlsafe(16)


class SavedDraft(NamedTuple):
    """The draft that has the text now; `overtaken` is the one that had changed meanwhile."""

    draft: Draft
    overtaken: Draft | None = None


def save_draft(author: Member, draft_input: DraftInput) -> SavedDraft:
    """Save a draft: a new one, or over the version that its writer started from.

    Where another page or device has saved meanwhile, what it wrote stays and this becomes a copy of
    its own, which the same page goes on with. Raises Invalid where the author has too many, and
    NotFound where the draft that is named is gone.
    """
    existing = _lock(author, _is_meant(draft_input))
    if existing is None and draft_input.draft_id is not None:
        raise NotFound
    if existing is None:
        # Two pages that begin at once come one after the other, and one key is one draft.
        own = select(Member.id).where(Member.id == author.id)
        db.session.execute(own.with_for_update(key_share=True))
        existing = _lock(author, _is_meant(draft_input))
    if existing is None:
        return SavedDraft(_create(author, draft_input))
    is_own_turn = draft_input.writer is not None and existing.writer == draft_input.writer
    if is_own_turn and draft_input.turn < existing.turn:
        return SavedDraft(existing)
    if is_own_turn or draft_input.version == existing.version:
        return SavedDraft(_write(author, existing, draft_input))
    if _says_the_same(existing, draft_input):
        return SavedDraft(existing)
    return SavedDraft(_save_copy(author, existing, draft_input), existing)


def change_draft(author: Member, draft: Draft, draft_input: DraftInput, version: int) -> Draft:
    """Save over a version of a draft; raise Conflict where that is not the present one."""
    locked = _get_locked(author, draft)
    if locked.version != version:
        raise Conflict(_("This draft has been changed on another device meanwhile."))
    return _write(author, locked, draft_input)


def move_draft(author: Member, draft: Draft, group: Group) -> None:
    """Have a draft be one of a post in a group; files of others stay with the post it changed."""
    locked = _get_locked(author, draft)
    if locked.post_id is not None:
        there = list_files(DRAFT_SUBJECT, [locked.id]).get(locked.id, ())
        own = [file.id for file in there if file.owner_id == author.id]
        claim_files(author, Subject(DRAFT_SUBJECT, locked.id), own)
    locked.group_id, locked.post_id, locked.failure = group.id, None, None
    locked.version += 1


def delete_draft(author: Member, draft: Draft) -> None:
    """Delete a draft, which its author can have back for a day, as the last MOST_DRAFTS."""
    locked = _get_locked(author, draft)
    locked.deleted_at, locked.version = clock.now(), locked.version + 1
    locked.state, locked.publish_at, locked.failure = DraftState.DRAFT, None, None
    db.session.flush()
    deleted = select(Draft.id).where(Draft.author_id == author.id, Draft.deleted_at.is_not(None))
    older = deleted.order_by(Draft.deleted_at.desc(), Draft.id.desc()).offset(MOST_DRAFTS)
    _delete(Draft.id.in_(older))


def restore_draft(author: Member, draft_id: int) -> Draft:
    """Give a deleted draft back to its author; raise NotFound where it is gone."""
    found = _lock(author, Draft.id == draft_id)
    if found is None:
        raise NotFound
    if found.deleted_at is not None:
        found.deleted_at, found.updated_at = None, clock.now()
    return found


def keep_one(author: Member, kept: Draft, other: Draft) -> None:
    """Keep one of two texts of a draft, and delete the other, which can be had back for a day."""
    delete_draft(author, other)
    if kept.copy_of_id == other.id:
        _get_locked(author, kept).copy_of_id = None


def schedule_draft(author: Member, draft: Draft, publish_at: datetime) -> None:
    """Have a draft published at an instant, or at another one; raise Invalid of `publish_at`."""
    locked = _get_locked(author, draft)
    now = clock.now()
    if locked.post_id is not None:
        raise Conflict(_("A change of a published post can’t be scheduled."))
    if publish_at <= now:
        raise Invalid({"publish_at": _("This moment has passed. Choose a later one.")})
    if publish_at > now + FURTHEST:
        raise Invalid({"publish_at": _("Choose a day within a year.")})
    locked.state, locked.publish_at, locked.failure = DraftState.SCHEDULED, publish_at, None


def unschedule_draft(author: Member, draft: Draft) -> None:
    """Have a draft wait for its author again."""
    _unschedule(_get_locked(author, draft))


def lock_draft_to_publish(author: Member, draft_id: int | None, key: str) -> Draft | None:
    """Lock the draft that a form was, by its id or its key, until it is published.

    None where it was never saved. Raises Conflict where it was, and is gone: the clock or another
    page has published it, or somebody deleted it.
    """
    found = None
    if draft_id is not None:
        found = _lock(author, Draft.id == draft_id)
        if found is None or found.deleted_at is not None:
            raise Conflict(str(GONE))
    elif key:
        found = _lock(author, Draft.key == key)
    return found


def end_draft(draft: Draft) -> None:
    """Delete a draft for ever, with the transaction that publishes it."""
    release_files(Subject(DRAFT_SUBJECT, draft.id))
    db.session.delete(draft)
    db.session.flush()


def claim_due_draft(but: Iterable[int] = ()) -> Draft | None:
    """Lock a draft whose hour has come until the commit, unless another process has; None if none.

    `but` are those that cannot be published now.
    """
    return db.session.scalar(
        select(Draft)
        .options(undefer(Draft.content))
        .where(Draft.publish_at <= clock.now(), Draft.id.not_in(list(but)))
        .order_by(Draft.publish_at, Draft.id)
        .limit(1)
        .with_for_update(of=Draft, skip_locked=True)
        .execution_options(populate_existing=True)
    )


def publish_scheduled(
    author: Member, draft: Draft, post_input: PostInput, groups: Sequence[Group]
) -> Post:
    """Publish a draft that is claimed, for its author, who hears of it.

    Raises what `publish_post` raises: rights are those of this moment.
    """
    group, *also_in = groups
    post = publish_post(author, group, post_input, also_in)
    end_draft(draft)
    if post.is_published:
        published = ScheduledPostPublished(subject_id=post.id, actor_id=None, group_id=group.id)
        record(author.stream, published)
    return post


def note_not_published(author: Member, draft: Draft, failure: DraftFailure) -> None:
    """Have a claimed draft wait for its author, who hears that it was not published."""
    _unschedule(draft)
    draft.failure = failure
    db.session.flush()
    record(author.stream, DraftNotPublished(subject_id=draft.id, actor_id=None))


def purge_deleted_drafts() -> bool:
    """Delete for ever some drafts that were deleted a day ago; return whether there were any."""
    return _delete(Draft.deleted_at < clock.now() - KEPT_DELETED)


def erase_drafts(author: Member) -> None:
    """Delete all drafts of an account that was closed, for ever; one that is held is waited for."""
    while _delete(Draft.author_id == author.id, skip_locked=False):
        pass


def _delete(where: ColumnElement[bool], *, skip_locked: bool = True) -> bool:
    rows = select(Draft.id).where(where).order_by(Draft.id).limit(BATCH)
    ids = db.session.scalars(rows.with_for_update(skip_locked=skip_locked)).all()
    for draft_id in ids:
        release_files(Subject(DRAFT_SUBJECT, draft_id))
    db.session.execute(
        delete(Draft).where(Draft.id.in_(ids)).execution_options(synchronize_session=False)
    )
    return bool(ids)


def _is_meant(draft_input: DraftInput) -> ColumnElement[bool]:
    by_key = Draft.key == draft_input.key
    return by_key if draft_input.draft_id is None else Draft.id == draft_input.draft_id


def _lock(author: Member, where: ColumnElement[bool]) -> Draft | None:
    return db.session.scalar(
        select(Draft)
        .options(undefer(Draft.content))
        .where(Draft.author_id == author.id, where)
        .with_for_update(of=Draft)
        .execution_options(populate_existing=True)
    )


def _get_locked(author: Member, draft: Draft) -> Draft:
    found = _lock(author, and_(Draft.id == draft.id, Draft.deleted_at.is_(None)))
    if found is None:
        raise NotFound
    return found


def _create(author: Member, draft_input: DraftInput, copy_of: Draft | None = None) -> Draft:
    alive = and_(Draft.author_id == author.id, Draft.deleted_at.is_(None))
    if (db.session.scalar(select(func.count()).where(alive)) or 0) >= MOST_DRAFTS:
        raise Invalid(
            {
                "draft": _(
                    "You have %(number)d drafts, which is as many as we keep. Publish or delete "
                    "some, and this one can be saved.",
                    number=MOST_DRAFTS,
                )
            }
        )
    now = clock.now()
    draft = Draft(
        author_id=author.id,
        kind=draft_input.kind,
        key=draft_input.key,
        copy_of_id=copy_of.id if copy_of else None,
        state=DraftState.DRAFT,
        version=0,
        created_at=now,
    )
    db.session.add(draft)
    return _write(author, draft, draft_input)


def _save_copy(author: Member, existing: Draft, draft_input: DraftInput) -> Draft:
    """Save a text beside the one that overtook it; the same page writes into the same copy."""
    writer = draft_input.writer
    own = and_(Draft.copy_of_id == existing.id, Draft.writer == writer)
    copy = _lock(author, and_(own, Draft.deleted_at.is_(None))) if writer else None
    if copy is not None:
        return _write(author, copy, draft_input)
    return _create(author, replace(draft_input, key=new_key()), existing)


def _write(author: Member, draft: Draft, draft_input: DraftInput) -> Draft:
    draft.content = {name: list(values) for name, values in draft_input.content.items()}
    draft.title = title_of(draft_input.content)
    draft.group_id, draft.post_id = draft_input.group_id, draft_input.post_id
    draft.time_zone, draft.writer = draft_input.time_zone, draft_input.writer
    draft.turn, draft.version = draft_input.turn, draft.version + 1
    draft.updated_at, draft.deleted_at, draft.failure = clock.now(), None, None
    db.session.flush()
    if draft_input.files is not None:
        _claim(author, draft, draft_input.files)
    return draft


def _claim(author: Member, draft: Draft, file_ids: Sequence[int]) -> None:
    """Have the files that have arrived belong to a draft; others of its form are left out."""
    own = Subject(DRAFT_SUBJECT, draft.id)
    there = [own, *_subjects_of_post(draft)]
    files = attachable_files(author, file_ids, there) if file_ids else ()
    arrived = [file.id for file in files if file.state is not FileState.UPLOADING]
    claim_files(author, own, arrived[:MOST_FILES], there)


def _subjects_of_post(draft: Draft) -> Sequence[Subject]:
    return subjects_of(db.session.get(Post, draft.post_id)) if draft.post_id else ()


def subjects_of_draft(draft: Draft) -> Sequence[Subject]:
    """Name what the files of a draft, and of the post that it would change, belong to."""
    return [Subject(DRAFT_SUBJECT, draft.id), *_subjects_of_post(draft)]


def _says_the_same(draft: Draft, draft_input: DraftInput) -> bool:
    files = [file.id for file in list_files(DRAFT_SUBJECT, [draft.id]).get(draft.id, ())]
    content = {name: list(values) for name, values in draft_input.content.items()}
    sent = files if draft_input.files is None else list(draft_input.files)
    return (draft.content, files) == (content, sent)


def _unschedule(draft: Draft) -> None:
    draft.state, draft.publish_at = DraftState.DRAFT, None


def title_of(content: Mapping[str, Sequence[str]]) -> str:
    """Give what a list calls a draft by: its title, else its first words, "" where it has none."""
    title, body = ("".join(content.get(name, ())[:1]) for name in ("title", "body_html"))
    if not title.strip():
        is_html = "html" in content.get("body_format", ())
        title = html.excerpt(body, LONGEST_NAME) if is_html else body
    return shortened(one_line(title[: 4 * LONGEST_NAME]), LONGEST_NAME)
