"""What moderators decide on what rules against spam hold.

What is held for one repeated text or link is one entry of the queue, decided at once: in all groups
that the moderator looks after, which are all of the site for an administrator. Guarantee: only what
the moderator could read is approved; where more came meanwhile, they read again first.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from flask_babel import force_locale, gettext as _, lazy_gettext as _l
from sqlalchemy import delete

from grandequipe.core import clock
from grandequipe.core.errors import Conflict, NotFound
from grandequipe.core.events import record_all
from grandequipe.core.moderation_log import Act
from grandequipe.core.policies import require
from grandequipe.extensions import db
from grandequipe.feed.events import CommentAdded, CommentApproved
from grandequipe.feed.models import Comment, Fingerprint, Hold, Post
from grandequipe.feed.queries.holds import HeldEntry, find_copies, list_members_of_entry
from grandequipe.feed.services.comments import remove_comment
from grandequipe.feed.services.counters import ADD_COMMENT, expire_counters
from grandequipe.feed.services.placements import StreamEvent, approve_post, refuse_post, take_out
from grandequipe.feed.services.spam import is_held, lock_comment
from grandequipe.feed.services.texts import (
    hold_memberships,
    hold_post,
    note_act,
    record_in_groups,
)
from grandequipe.groups.models import Group
from grandequipe.groups.policies import may_moderate
from grandequipe.groups.services import hold_membership, resolution_events
from grandequipe.members.models import Member


def approve_held(moderator: Member, group: Group, entry_id: int, read: str) -> int:
    """Publish all that one entry holds; give how many texts that was.

    Raises Conflict where the texts are not those that the moderator read (`HeldEntry.version`).
    """
    holds = _lock_entry(moderator, group, entry_id)
    if HeldEntry(holds).version != read:
        raise Conflict(
            _("More has come, or has changed, since you read this. Please read it again.")
        )
    approved: list[StreamEvent] = []
    for each in holds:
        if each.comment is None:
            approve_post(moderator, each.post, each.post.text_version, each.group)
        else:
            approved += _approve_comment(moderator, each.comment, each.group)
    if digest := holds[0].digest:
        # An approved text counts no more: the same may be written again.
        _quietly(delete(Fingerprint).where(Fingerprint.digest == digest))
    _close(moderator, group, holds, approved)
    return len(holds)


def remove_held(
    moderator: Member, group: Group, entry_id: int, reason: str = "", *, with_others: bool = False
) -> int:
    """Refuse all that one entry holds, and remove what the same accounts published of it before.

    What other accounts published of it stays, but `with_others`: who copies a text until it is held
    does not have the first one removed. `reason` is for the authors; without one they read that it
    was advertising or repeated.
    """
    holds = _lock_entry(moderator, group, entry_id)
    for each in holds:
        author = each.comment.author if each.comment else each.post.author
        words = reason.strip() or _usual_reason(author)
        if each.comment is None:
            refuse_post(moderator, each.post, words, each.group)
        else:
            _remove_comment(moderator, each.comment, each.group, words)
    count = len(holds) + _remove_copies(moderator, HeldEntry(holds), reason, with_others)
    _close(moderator, group, holds)
    return count


def _lock_entry(moderator: Member, group: Group, entry_id: int) -> Sequence[Hold]:
    hold_membership(moderator, group)
    require(may_moderate(moderator, group), _l("Only moderators can approve posts."))
    holds = [
        each
        for each in list_members_of_entry(group, entry_id)
        if each.group_id == group.id or may_moderate(moderator, each.group)
    ]
    if not holds:
        raise Conflict(_("This is no longer waiting: somebody has decided already."))
    return holds


def _close(
    moderator: Member, group: Group, holds: Sequence[Hold], also: Iterable[StreamEvent] = ()
) -> None:
    groups = {each.group_id: each.group for each in holds} | {group.id: group}
    _quietly(delete(Hold).where(Hold.id.in_([each.id for each in holds])))
    events = [each for one in groups.values() for each in resolution_events(moderator, one)]
    record_all(list(dict.fromkeys([*also, *events])))


def _approve_comment(moderator: Member, comment: Comment, group: Group) -> list[StreamEvent]:
    """Show a held comment as if it were written now: it is news to who reads the post.

    Returns what is to be recorded of it for its author.
    """
    post = comment.post
    hold_memberships(moderator, [placement.group for placement in post.published])
    hold_post(post)
    if not _lock_held(comment):
        return []
    comment.removed_at, comment.created_at = None, clock.now()
    db.session.flush()
    db.session.connection().execute(ADD_COMMENT, {"post": post.id})
    expire_counters(post)
    note_act(moderator, Act.COMMENT_APPROVED, group, comment)
    record_in_groups(
        post,
        lambda each: CommentAdded(
            subject_id=comment.id,
            actor_id=comment.author_id,
            post_id=post.id,
            group_id=each.id,
            reply_to_id=comment.reply_to_id,
        ),
    )
    approved = CommentApproved(
        subject_id=comment.id, actor_id=moderator.id, post_id=post.id, group_id=group.id
    )
    return [(comment.author.stream, approved)]


def _remove_comment(moderator: Member, comment: Comment, group: Group, reason: str) -> None:
    if _lock_held(comment):
        comment.removed_at, comment.removed_by_id = clock.now(), moderator.id
        db.session.flush()
        note_act(moderator, Act.COMMENT_REMOVED, group, comment, reason)


def _lock_held(comment: Comment) -> bool:
    lock_comment(comment)
    return is_held(comment)


def list_originals(
    moderator: Member, entries: Sequence[HeldEntry]
) -> Mapping[int, Sequence[Post | Comment]]:
    """List, by the id of an entry, what accounts of which it holds nothing published of the same.

    It is in groups that the moderator looks after, and not by those who look after them.
    """
    by_digest = {each.holds[0].digest: each for each in entries}
    repeated = [digest for digest in by_digest if digest is not None]
    originals: dict[int, list[Post | Comment]] = {}
    for digest, copy, _group in _removable(moderator, repeated):
        entry = by_digest[digest]
        listed = originals.setdefault(entry.id, [])
        if copy.author_id not in entry.author_ids and copy not in listed:
            listed.append(copy)
    return originals


def _removable(
    moderator: Member, digests: Sequence[int]
) -> Iterator[tuple[int, Post | Comment, Group]]:
    for digest, copy, group in find_copies(digests) if digests else ():
        if may_moderate(moderator, group) and not may_moderate(copy.author, group):
            yield digest, copy, group


def _remove_copies(moderator: Member, entry: HeldEntry, reason: str, with_others: bool) -> int:
    """Remove what was published of a repeated text or link before it was held."""
    count, digest = 0, entry.holds[0].digest
    for _digest, copy, group in _removable(moderator, [] if digest is None else [digest]):
        if not with_others and copy.author_id not in entry.author_ids:
            continue
        words = reason.strip() or _usual_reason(copy.author)
        try:
            if isinstance(copy, Post):
                count += take_out(moderator, copy, group, words)
            else:
                remove_comment(moderator, copy, words)
                count += 1
        except NotFound:
            continue
    return count


def _usual_reason(author: Member) -> str:
    with force_locale(author.locale):
        return str(_("This is advertising, or was posted in many places at once."))


def _quietly(statement: object) -> None:
    db.session.execute(statement, execution_options={"synchronize_session": False})  # type: ignore[call-overload]
