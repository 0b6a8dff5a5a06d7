"""Keeping what posts and comments said, and erasing one version of it.

Guarantee: a version is kept in the transaction that writes it, under the lock of its post, and
holds what a reader of that version saw.
"""

from dataclasses import fields
from typing import Any

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy.dialects.postgresql import insert

from grandequipe.core import clock
from grandequipe.core.errors import Conflict, NotFound
from grandequipe.core.moderation_log import Act
from grandequipe.core.policies import require
from grandequipe.extensions import db
from grandequipe.feed import policies
from grandequipe.feed.models import Comment, CommentVersion, Post, PostVersion
from grandequipe.feed.models.inputs import INPUTS, write_input
from grandequipe.feed.services.schedules import revise_webinar
from grandequipe.feed.services.texts import (
    group_of_act,
    groups_of,
    hold_memberships,
    lock_post,
    note_act,
)
from grandequipe.members.models import Member


def content_of(post: Post) -> dict[str, Any]:
    """Write what a post says, as a version keeps it."""
    names = {each.name for each in fields(INPUTS[post.kind])}
    labels: dict[str, Any] = {
        "themes": [theme.slug for theme in post.themes],
        "territories": [territory.code for territory in post.territories],
        "files": [file.id for file in post.files],
    }
    own: dict[str, Any] = {name: getattr(post, name) for name in names - labels.keys()}
    written = write_input(INPUTS[post.kind](**own, **labels))
    return written | {"summary": post.summary, "file_names": [file.name for file in post.files]}


def version_before(post: Post) -> dict[str, Any]:
    """Write what a locked post says before it is changed, for `keep_versions`."""
    return _version(post, post.author_id if post.version == 1 else None, is_minor=False)


def keep_versions(before: dict[str, Any], actor_id: int, post: Post, *, is_minor: bool) -> None:
    """Keep what a post says from now on, and what it said unless the last change kept it.

    A webinar has another revision where calendars show something else of it.
    """
    versions = [before, _version(post, actor_id, is_minor)]
    db.session.execute(insert(PostVersion).values(versions).on_conflict_do_nothing())
    revise_webinar(post, before["content"])


def _version(post: Post, actor_id: int | None, is_minor: bool) -> dict[str, Any]:
    return {
        "post_id": post.id,
        "version": post.version,
        "at": post.edited_at or post.created_at,
        "actor_id": actor_id,
        "minor": is_minor,
        "content": content_of(post),
    }


def keep_comment_version(comment: Comment) -> None:
    """Keep what a locked comment says before its author changes it."""
    kept = CommentVersion(
        comment_id=comment.id,
        version=comment.version,
        at=comment.edited_at or comment.created_at,
        body_html=comment.body_html,
        language=comment.language,
    )
    db.session.add(kept)


def hide_version(moderator: Member, post: Post, version: int) -> None:
    """Erase what an earlier version of a post said, for everybody and for good.

    Raises Conflict for the present one, which is edited instead, NotFound where there is none.
    """
    hold_memberships(moderator, groups_of(post))
    lock_post(post)
    require(policies.may_hide_version(moderator, post), _l("You can’t hide this version."))
    if version == post.version:
        raise Conflict(_("This is what the post says now: edit the post instead."))
    kept = db.session.get(PostVersion, (post.id, version), populate_existing=True)
    if kept is None:
        raise NotFound
    if not kept.is_hidden:
        kept.content, kept.hidden_at, kept.hidden_by_id = None, clock.now(), moderator.id
        db.session.flush()
        group = group_of_act(moderator, post)
        note_act(moderator, Act.VERSION_HIDDEN, group, post, version=version)
