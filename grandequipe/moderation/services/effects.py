"""What a decision does to a post, a comment, a file, a profile or a person, and undoing it.

Guarantee: `undo` gives back what `apply` took, from what `apply` returned, which the decision
keeps: ids, numbers, and the words of a profile.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import delete, exists, func, select
from sqlalchemy.dialects.postgresql import insert

from grandequipe.attachments.models import FileClaim
from grandequipe.core import files
from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.moderation_log import Act, log_act
from grandequipe.core.policies import require
from grandequipe.core.transactions import on_commit
from grandequipe.extensions import db
from grandequipe.feed import policies as feed_policies, services as feed
from grandequipe.feed.models import Comment, Post, PostVersion, Removal
from grandequipe.feed.models.inputs import read_input
from grandequipe.feed.models.posts import COMMENT_SUBJECT, POST_SUBJECT, PROPOSAL_SUBJECT
from grandequipe.feed.services.bulk_removal import restore_contents
from grandequipe.feed.services.reinstatement import reinstate_comment, reinstate_post
from grandequipe.groups.models import Group, Sanction
from grandequipe.groups.services import sanctions
from grandequipe.members.models import Member
from grandequipe.members.services import give_back_words, record_profile_change, take_words
from grandequipe.moderation.models import (
    DECISION_SUBJECT,
    SANCTIONS,
    Decision,
    DecisionKind,
    SubjectType,
)
from grandequipe.moderation.services import of_groups
from grandequipe.moderation.services.suspensions import end_suspension

Effects = dict[str, Any]
OF_POSTS = (POST_SUBJECT, PROPOSAL_SUBJECT)
PROFILE = ("job_title", "bio", "bio_language", "picture_key")
ALLOWED: Mapping[SubjectType, tuple[DecisionKind, ...]] = {
    SubjectType.POST: (DecisionKind.EDIT, DecisionKind.REMOVE, DecisionKind.LOCK, *SANCTIONS),
    SubjectType.COMMENT: (DecisionKind.REMOVE, *SANCTIONS),
    SubjectType.FILE: (DecisionKind.REMOVE, *SANCTIONS),
    SubjectType.MEMBER: (DecisionKind.REMOVE,),
    SubjectType.GROUP: (DecisionKind.WARN, DecisionKind.ARCHIVE),
}
REMOVED = {
    SubjectType.FILE: (Act.FILE_REMOVED, Act.FILE_RESTORED),
    SubjectType.MEMBER: (Act.PROFILE_CLEARED, Act.PROFILE_CLEARED),
}


def kinds_for(subject_type: SubjectType, group: Group | None) -> list[DecisionKind]:
    """List what can be decided on a subject: sanctions of a person are a group's own."""
    kinds = [DecisionKind.KEEP, *ALLOWED[subject_type]]
    if group is not None or subject_type is SubjectType.GROUP:
        return kinds
    return [kind for kind in kinds if kind not in SANCTIONS]


def apply(actor: Member, decision: Decision, reported_version: int | None) -> Effects:
    """Carry out a decision that is being made; give what undoing it needs.

    Raises Conflict where it cannot be carried out any more, Refused where the actor may not.
    """
    match decision.kind, decision.subject_type:
        case DecisionKind.KEEP, _any:
            return {}
        case DecisionKind.EDIT, SubjectType.POST:
            return _note_edit(decision, reported_version)
        case DecisionKind.LOCK, SubjectType.POST:
            return _lock(actor, decision)
        case _any, SubjectType.GROUP:
            return of_groups.apply(actor, decision)
        case DecisionKind.REMOVE, subject_type:
            return _REMOVALS[subject_type](actor, decision)
        case kind, _any if kind in SANCTIONS and decision.group is not None:
            return _sanction(actor, decision)
    raise Invalid({"decision": _("This can’t be decided here.")})


def undo(actor: Member, decision: Decision) -> bool:
    """Give back what a decision took; False where there is nothing left to give back."""
    if decision.kind in SANCTIONS:
        return _lift(actor, decision)
    give_back = _UNDONE.get((decision.kind, decision.subject_type))
    return give_back(actor, decision) if give_back else False


def _remove_post(actor: Member, decision: Decision) -> Effects:
    post, group = db.session.get(Post, decision.subject_id), decision.group
    placement = post.placement_in(group) if post and group else None
    if post is None or group is None or placement is None or not placement.is_published:
        raise _gone()
    before = {"pinned": placement.pinned, "featured": placement.featured}
    if not feed.take_out(actor, post, group, decision.reason):
        raise _gone()
    return before


def _remove_comment(actor: Member, decision: Decision) -> Effects:
    comment = db.session.get(Comment, decision.subject_id)
    if comment is None or comment.is_removed:
        raise _gone()
    feed.remove_comment(actor, comment, decision.reason)
    return {}


def _remove_file(actor: Member, decision: Decision) -> Effects:
    """Take a file from all that it belongs to; the decision holds it meanwhile."""
    of_file = FileClaim.file_id == decision.subject_id
    locked = select(FileClaim).where(of_file).with_for_update()
    claims = [
        [each.subject_type, each.subject_id, each.position]
        for each in db.session.scalars(locked)
        if each.subject_type != DECISION_SUBJECT
    ]
    if not claims:
        raise _gone()
    require(
        _may_take_file(actor, claims),
        _l("Its post is also in a group of others: remove it from your own instead."),
    )
    db.session.execute(delete(FileClaim).where(of_file, FileClaim.subject_type != DECISION_SUBJECT))
    held = FileClaim(
        subject_type=DECISION_SUBJECT, subject_id=decision.id, file_id=decision.subject_id,
        position=0,
    )  # fmt: skip
    db.session.add(held)
    _log(REMOVED[SubjectType.FILE][0], actor, decision)
    return {"claims": claims}


def _may_take_file(actor: Member, claims: list[list[Any]]) -> bool:
    """Moderators of all groups that read what a file belongs to take it away."""
    posts = [_post_of(name, id) for name, id, _position in claims]
    return all(feed_policies.may_hide_version(actor, post) for post in posts if post)


def _post_of(subject_type: str, subject_id: int) -> Post | None:
    if subject_type == COMMENT_SUBJECT:
        comment = db.session.get(Comment, subject_id)
        return comment.post if comment else None
    return db.session.get(Post, subject_id) if subject_type in OF_POSTS else None


def _clear_profile(actor: Member, decision: Decision) -> Effects:
    member = _lock_profile(decision)
    if member is None:
        raise _gone()
    before = {name: getattr(member, name) for name in PROFILE}
    member.job_title = member.bio = ""
    member.bio_language = member.picture_key = None
    before["details"] = take_words(member)
    _log(REMOVED[SubjectType.MEMBER][0], actor, decision)
    record_profile_change(member, None)
    return before


def _lock_profile(decision: Decision) -> Member | None:
    """Read a profile as it is now, and keep it so until the commit; None of a closed account."""
    # NO KEY UPDATE: what its member writes does not wait.
    alone = {"of": Member, "key_share": True}
    member = db.session.get(
        Member, decision.subject_id, populate_existing=True, with_for_update=alone
    )
    return member if member is not None and member.active else None


_REMOVALS = {
    SubjectType.POST: _remove_post,
    SubjectType.COMMENT: _remove_comment,
    SubjectType.FILE: _remove_file,
    SubjectType.MEMBER: _clear_profile,
}


def _lock(actor: Member, decision: Decision) -> Effects:
    post = db.session.get(Post, decision.subject_id)
    if post is None or not post.is_published:
        raise _gone()
    was_locked = post.is_locked
    feed.lock_comments(actor, post, locked=True)
    return {"was_locked": was_locked}


def _note_edit(decision: Decision, reported_version: int | None) -> Effects:
    """The moderator has edited the post before deciding so: the version before stays."""
    post = db.session.get(Post, decision.subject_id)
    if post is None or not post.is_published:
        raise _gone()
    edited = db.session.scalar(
        select(PostVersion.version)
        .where(
            PostVersion.post_id == post.id,
            PostVersion.version > (reported_version or 0),
            PostVersion.actor_id.is_distinct_from(post.author_id),
        )
        .limit(1)
    )
    if edited is None:
        raise Invalid({"decision": _("Edit the post first, then say here why.")})
    return {"version": reported_version or 1}


def _restore_post(actor: Member, decision: Decision) -> bool:
    post = db.session.get(Post, decision.subject_id)
    if post is None or decision.group is None:
        return False
    return reinstate_post(
        actor,
        post,
        decision.group,
        pinned=bool(decision.effects.get("pinned")),
        featured=bool(decision.effects.get("featured")),
    )


def _restore_version(actor: Member, decision: Decision) -> bool:
    post = db.session.get(Post, decision.subject_id)
    kept = db.session.get(PostVersion, (decision.subject_id, decision.effects.get("version", 0)))
    if post is None or kept is None or kept.content is None or not post.is_published:
        return False
    if _is_written_since(post, decision):
        # Both stay: the author's words in the post, the version before the edit in its history.
        decision.effects = decision.effects | {"written_since": True}
        return False
    feed.edit_post(actor, post, read_input(post.kind, kept.content), is_minor=True)
    return True


def _is_written_since(post: Post, decision: Decision) -> bool:
    """Return whether the author has edited the post after the moderator did."""
    later = [
        PostVersion.post_id == post.id,
        PostVersion.version > decision.effects.get("version", 0),
    ]
    edited = (
        select(func.min(PostVersion.version))
        .where(*later, PostVersion.actor_id.is_distinct_from(post.author_id))
        .scalar_subquery()
    )
    by_author = PostVersion.actor_id == post.author_id
    since = exists().where(*later, PostVersion.version > edited, by_author)
    return bool(db.session.scalar(select(since)))


def _restore_file(actor: Member, decision: Decision) -> bool:
    claims = [
        {
            "subject_type": name,
            "subject_id": id,
            "position": position,
            "file_id": decision.subject_id,
        }
        for name, id, position in decision.effects.get("claims", [])
        if _post_of(name, id)
    ]
    _release_file(decision)
    if not claims:
        return False
    db.session.execute(insert(FileClaim).values(claims).on_conflict_do_nothing())
    _log(REMOVED[SubjectType.FILE][1], actor, decision)
    return True


def _release_file(decision: Decision) -> None:
    """Have the decision hold its file no more; one that belongs to nothing goes after a day."""
    held = delete(FileClaim).where(
        FileClaim.subject_type == DECISION_SUBJECT, FileClaim.subject_id == decision.id
    )
    db.session.execute(held)


def _restore_profile(actor: Member, decision: Decision) -> bool:
    """Give back what the member has not written anew since, or all that was removed of them."""
    if removal_id := decision.effects.get("removal"):
        return _restore_contents(actor, removal_id)
    member = _lock_profile(decision)
    if member is None:
        return False
    for name in PROFILE:
        if not getattr(member, name):
            setattr(member, name, decision.effects.get(name))
    give_back_words(member, decision.effects.get("details") or {})
    _log(REMOVED[SubjectType.MEMBER][1], actor, decision)
    record_profile_change(member, None)
    return True


def _restore_contents(actor: Member, removal_id: int) -> bool:
    removal = db.session.get(Removal, removal_id)
    if removal is None or not removal.may_be_undone:
        return False
    restore_contents(actor, removal)
    return True


def _sanction(actor: Member, decision: Decision) -> Effects:
    group, member = decision.group, decision.member
    if group is None or member is None:
        raise Invalid({"decision": _("This can’t be decided here.")})
    reason, until = decision.reason, decision.until
    if decision.kind is DecisionKind.WARN:
        sanction = sanctions.warn_member(actor, group, member, reason)
    elif decision.kind is DecisionKind.MUTE:
        sanction = sanctions.mute_member(actor, group, member, reason, until)
    else:
        sanction = sanctions.ban_member(actor, group, member, reason, until)
    return {"sanction": sanction.id}


def _lift(actor: Member, decision: Decision) -> bool:
    sanction = db.session.get(Sanction, decision.effects.get("sanction", 0))
    if sanction is None or sanction.lifted_at is not None:
        return False
    try:
        sanctions.lift_sanction(actor, sanction)
    except Conflict:  # it has ended by itself
        return False
    return True


def _restore_comment(actor: Member, decision: Decision) -> bool:
    comment = db.session.get(Comment, decision.subject_id)
    if comment is None or decision.group is None:
        return False
    return reinstate_comment(actor, comment, decision.group)


def _unlock(actor: Member, decision: Decision) -> bool:
    post = db.session.get(Post, decision.subject_id)
    if post is None or not post.is_locked or decision.effects.get("was_locked"):
        return False
    feed.lock_comments(actor, post, locked=False)
    return True


_UNDONE: Mapping[tuple[DecisionKind, SubjectType], Callable[[Member, Decision], bool]] = {
    (DecisionKind.REMOVE, SubjectType.POST): _restore_post,
    (DecisionKind.REFUSE, SubjectType.POST): _restore_post,
    (DecisionKind.REMOVE, SubjectType.COMMENT): _restore_comment,
    (DecisionKind.REMOVE, SubjectType.FILE): _restore_file,
    (DecisionKind.REMOVE, SubjectType.MEMBER): _restore_profile,
    (DecisionKind.LOCK, SubjectType.POST): _unlock,
    (DecisionKind.EDIT, SubjectType.POST): _restore_version,
    (DecisionKind.ARCHIVE, SubjectType.GROUP): of_groups.reopen,
    (DecisionKind.SUSPEND, SubjectType.MEMBER): end_suspension,
    (DecisionKind.EXPEL, SubjectType.MEMBER): of_groups.readmit_member,
}


def forget(decision: Decision) -> None:
    """Let go of what a decision holds in the store, once no appeal is possible."""
    if decision.subject_type is SubjectType.FILE:
        _release_file(decision)
    elif key := decision.effects.get("picture_key"):
        is_back = select(Member.id).where(Member.picture_key == key)
        if db.session.scalar(is_back) is None:
            on_commit(partial(files.remove, key))


def _log(act: Act, actor: Member, decision: Decision) -> None:
    log_act(
        act,
        (decision.subject_type.value, decision.subject_id),
        actor_id=actor.id,
        group_id=decision.group_id,
        member_id=decision.member_id,
        decision=decision.id,
    )


def _gone() -> Conflict:
    return Conflict(_("This has been removed meanwhile."))
