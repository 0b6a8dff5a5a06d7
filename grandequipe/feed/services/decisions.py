"""What a moderator decides on a post that waits."""

from flask_babel import gettext as _, lazy_gettext as _l

from grandequipe.core import clock
from grandequipe.core.errors import Conflict
from grandequipe.core.events import StreamRef, record_all
from grandequipe.core.policies import require
from grandequipe.extensions import db
from grandequipe.feed.events import PostPublished, PostRefused
from grandequipe.feed.models import Placement, PlacementStatus, Post
from grandequipe.feed.services.proposals import checked_reason
from grandequipe.feed.services.texts import lock_post, mark_published
from grandequipe.groups.policies import may_moderate
from grandequipe.groups.services import events_of_settling, hold_membership
from grandequipe.members.models import Member


def approve_post(moderator: Member, post: Post, read: str) -> None:
    """Publish what waited: it is news from now on, however old it is.

    Raises Conflict where the text is not the one that the moderator read (`text_version`).
    """
    placement = _lock_waiting(moderator, post)
    if read != post.text_version:
        raise Conflict(
            _("This post has changed since you read it. Please read it again before you decide.")
        )
    _decide(moderator, placement)
    mark_published(placement)
    _record(post.group.stream, PostPublished, moderator, post)


def refuse_post(moderator: Member, post: Post, reason: str) -> None:
    """Leave unpublished what waited, and tell its author why; they may send it again."""
    placement = _lock_waiting(moderator, post)
    placement.refusal = checked_reason(reason)
    placement.status = PlacementStatus.REFUSED
    _decide(moderator, placement)
    db.session.flush()
    _record(post.author.stream, PostRefused, moderator, post)


def _lock_waiting(moderator: Member, post: Post) -> Placement:
    """Ask who it is before what state the post is in: only moderators hear of that."""
    hold_membership(moderator, post.group)
    require(may_moderate(moderator, post.group), _l("Only moderators can approve posts."))
    lock_post(post)
    if not post.is_pending:
        raise Conflict(_("This post is no longer waiting for a moderator."))
    return post.placement


def _decide(moderator: Member, placement: Placement) -> None:
    placement.decided_by_id, placement.decided_at = moderator.id, clock.now()


def _record(
    stream: StreamRef, event: type[PostPublished | PostRefused], moderator: Member, post: Post
) -> None:
    """Record what became of a post that waited, also for those for whom it waited."""
    decided = event(subject_id=post.id, actor_id=moderator.id, group_id=post.group_id)
    record_all([(stream, decided), *events_of_settling(moderator, post.group)])
