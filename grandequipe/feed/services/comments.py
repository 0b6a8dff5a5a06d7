"""Answering posts."""

from collections.abc import Sequence

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import BigInteger, Boolean, Text, bindparam, exists, insert, or_, select
from sqlalchemy.orm.attributes import set_committed_value

from grandequipe.attachments.services import Subject, claim_files
from grandequipe.core import clock
from grandequipe.core.errors import Conflict, Invalid, NotFound
from grandequipe.core.languages import language_error
from grandequipe.core.moderation_log import Act
from grandequipe.core.policies import require
from grandequipe.extensions import db
from grandequipe.feed import policies
from grandequipe.feed.events import CommentAdded, CommentEdited, CommentRemoved, CommentRestored
from grandequipe.feed.models import Comment, Post
from grandequipe.feed.models.inputs import read_comment
from grandequipe.feed.models.posts import COMMENT_SUBJECT
from grandequipe.feed.services import spam
from grandequipe.feed.services.counters import ADD_COMMENT, REMOVE_COMMENT, expire_counters
from grandequipe.feed.services.history import keep_comment_version
from grandequipe.feed.services.mentions import keep_mentions, with_mentions
from grandequipe.feed.services.texts import (
    group_of_act,
    groups_to_mention_from,
    hold_memberships,
    hold_post,
    note_act,
    record_in_groups,
)
from grandequipe.groups.services import require_charter, require_to_write
from grandequipe.members.models import Member

MAY_NOT_REMOVE_COMMENT = _l("You can’t delete this comment.")

# Built once, and one trip: the comment is written where it is counted.
_COUNTED = ADD_COMMENT.cte("counted")
_VALUES = {
    Comment.post_id: _COUNTED.c.post_id,
    Comment.author_id: bindparam("author", type_=BigInteger),
    Comment.reply_to_id: bindparam("answered", type_=BigInteger),
    Comment.body_html: bindparam("words", type_=Text),
    Comment.language: bindparam("tongue", type_=Text),
    Comment.created_at: bindparam("now", type_=Comment.created_at.type),
}
# Read here, by the statement that writes: a moderator may have locked the comments meanwhile.
_IS_OPEN = or_(
    bindparam("may_lock", type_=Boolean),
    exists().where(Post.id == _COUNTED.c.post_id, Post.locked_at.is_(None)),
)
ADD = select(Comment).from_statement(
    insert(Comment)
    .from_select([column.key for column in _VALUES], select(*_VALUES.values()).where(_IS_OPEN))
    .returning(Comment)
)


def add_comment(
    author: Member,
    post: Post,
    body_html: str,
    reply_to: int | None = None,
    language: str | None = None,
    files: Sequence[int] = (),
) -> Comment:
    """Answer a post, or a comment under it by its id; NotFound where it was removed meanwhile.

    `language` is a BCP 47 tag, None where it is not stated. `files` are ids of files that the
    author sent. By a rule against spam it may be held: its `status` is pending, until a moderator
    approves it.
    """
    hold_memberships(author, [placement.group for placement in post.published])
    hold_post(post)
    require_open(author, post)
    if unaccepted := policies.charter_before_comment(author, post):
        require_charter(author, [unaccepted])
    spam.require_comment_quota(author, post)
    groups = groups_to_mention_from(author, post)
    text = with_mentions(read_comment(body_html), groups)
    spam.require_mention_quota(author, text.html, groups)
    if wrong := language_error(language):
        raise Invalid({"language": wrong})
    comment = db.session.scalars(
        ADD,
        {
            "post": post.id,
            "author": author.id,
            "answered": _answered(post, reply_to),
            "words": text.html,
            "tongue": language or None,
            "now": clock.now(),
            "may_lock": policies.may_lock(author, post),
        },
    ).one_or_none()
    if comment is None:
        raise _locked()
    keep_mentions(comment, had_any=False)
    shown = claim_files(author, Subject(COMMENT_SUBJECT, comment.id), files) if files else ()
    set_committed_value(comment, "files", list(shown))
    set_committed_value(comment, "counters", None)
    expire_counters(post)
    if reason := spam.reason_to_hold(author, comment, post.published[0].group):
        spam.hold_comment(author, comment, post, reason)
        return comment
    record_in_groups(
        post,
        lambda group: CommentAdded(
            **_names(author, comment), group_id=group.id, reply_to_id=comment.reply_to_id
        ),
    )
    return comment


def require_open(author: Member, post: Post) -> None:
    """Raise Refused for who is no member, Conflict where the comments of a held post are locked."""
    groups = [each.group for each in post.published]
    may_answer = policies.may_react(author, post)
    require_to_write(author, may_answer, groups, _l("Join the group to comment."))
    if not policies.may_comment(author, post):
        raise _locked()


def _require_open_now(author: Member, post: Post) -> None:
    """Ask the same of a held post, which may have been locked since it was read."""
    db.session.refresh(post, attribute_names=["locked_at"])
    require_open(author, post)


def _locked() -> Conflict:
    return Conflict(_("A moderator has locked the comments: no one can add one."))


def edit_comment(
    author: Member,
    comment: Comment,
    body_html: str,
    language: str | None = None,
    over: int | None = None,
) -> bool:
    """Change what one said; what it said before is kept for moderators. Its files stay.

    Returns whether anything changed. Raises NotFound where it was removed meanwhile, and Conflict
    where its version is not the one that is to be written over.
    """
    post = comment.post
    hold_memberships(author, [placement.group for placement in post.published])
    hold_post(post)
    if author.id == comment.author_id:
        _require_open_now(author, post)
    require(policies.may_edit_comment(author, comment), _l("You can’t edit this comment."))
    text = with_mentions(read_comment(body_html), groups_to_mention_from(author, post))
    if wrong := language_error(language):
        raise Invalid({"language": wrong})
    # NO KEY UPDATE, as for its removal.
    db.session.refresh(comment, with_for_update={"of": Comment, "key_share": True})
    if comment.is_removed:
        raise NotFound
    if over not in (None, comment.version):
        raise Conflict(_("This comment has changed since you read it."))
    if (comment.body_html, comment.language) == (text.html, language or None):
        return False
    groups = [placement.group for placement in post.published]
    spam.require_links_kept(author, comment.body_html, text.html, groups)
    keep_comment_version(comment)
    comment.body_html, comment.language = text.html, language or None
    comment.edited_at, comment.version = clock.now(), comment.version + 1
    db.session.flush()
    keep_mentions(comment)
    record_in_groups(
        post, lambda group: CommentEdited(**_names(author, comment), group_id=group.id)
    )
    return True


def remove_comment(actor: Member, comment: Comment, reason: str = "") -> None:
    """Take a comment away; answers to it stay where they are.

    `reason` is a moderator's, for the author; it may be empty. One's own that waits for a moderator
    is withdrawn; Conflict where a moderator has decided.
    """
    if actor.id == comment.author_id and spam.is_held(comment):
        spam.withdraw_comment(actor, comment)
        return
    post = comment.post
    hold_memberships(actor, [placement.group for placement in post.published])
    hold_post(post)
    require(policies.may_remove_comment(actor, comment), MAY_NOT_REMOVE_COMMENT)
    # NO KEY UPDATE: an answer to it has the post's counters already, for which we wait below.
    alone = {"of": Comment, "key_share": True}
    db.session.refresh(comment, attribute_names=["removed_at"], with_for_update=alone)
    if comment.is_removed:
        return
    comment.removed_at, comment.removed_by_id = clock.now(), actor.id
    db.session.flush()
    db.session.connection().execute(REMOVE_COMMENT, {"post": post.id})
    expire_counters(post)
    note_act(actor, Act.COMMENT_REMOVED, group_of_act(actor, post), comment, reason)
    record_in_groups(
        post, lambda group: CommentRemoved(**_names(actor, comment), group_id=group.id)
    )


def restore_comment(author: Member, comment: Comment) -> None:
    """Put back a comment that its author removed; raise NotFound for any other.

    The rules against spam are asked as if it were written now: it may wait for a moderator again.
    """
    post = comment.post
    hold_memberships(author, [placement.group for placement in post.published])
    hold_post(post)
    _require_open_now(author, post)
    alone = {"of": Comment, "key_share": True}
    names = ["removed_at", "removed_by_id"]
    db.session.refresh(comment, attribute_names=names, with_for_update=alone)
    if not policies.may_restore_comment(author, comment, clock.now()):
        raise NotFound
    comment.removed_at = comment.removed_by_id = None
    db.session.flush()
    db.session.connection().execute(ADD_COMMENT, {"post": post.id})
    expire_counters(post)
    if reason := spam.reason_to_hold(author, comment, post.published[0].group):
        spam.hold_comment(author, comment, post, reason)
        return
    record_in_groups(
        post, lambda group: CommentRestored(**_names(author, comment), group_id=group.id)
    )


def _names(actor: Member, comment: Comment) -> dict[str, int]:
    return {"subject_id": comment.id, "actor_id": actor.id, "post_id": comment.post_id}


def _answered(post: Post, reply_to: int | None) -> int | None:
    if reply_to is None:
        return None
    comment = db.session.get(Comment, reply_to)
    if comment is None or comment.post_id != post.id or comment.is_removed:
        raise Invalid({"reply_to": _("The comment you’re replying to has been deleted.")})
    return comment.id
