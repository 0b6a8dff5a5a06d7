"""Removing all that a person published in a group since a day, and undoing it at once.

Guarantee: undoing gives back the state from before: what waited waits, what was pinned or featured
is so again where there is room, comments count again, and it notifies nobody. What somebody decided
anew meanwhile stays as they decided.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    bindparam,
    delete,
    select,
    union,
    update,
)  # fmt: skip
from sqlalchemy.orm.attributes import set_committed_value

from grandequipe.core import clock
from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.events import Event, StreamRef, record_all
from grandequipe.core.moderation_log import Act, log_act
from grandequipe.core.policies import require
from grandequipe.extensions import db
from grandequipe.feed import policies
from grandequipe.feed.events import (
    CommentRemoved,
    CommentRestored,
    PostRemoved,
    PostRestored,
    PostWithdrawn,
)
from grandequipe.feed.models import Comment, Placement, PlacementStatus, Post, Removal
from grandequipe.feed.models.counters import PostCounters
from grandequipe.feed.queries.visibility import PUBLISHED
from grandequipe.feed.services.highlights import MOST_PINNED, count_highlighted
from grandequipe.feed.services.placements import check_audience
from grandequipe.feed.signals import moderated
from grandequipe.groups.models import Group
from grandequipe.groups.policies import may_moderate, may_sanction
from grandequipe.groups.services import checked_reason, hold_membership, resolution_events
from grandequipe.members.models import Member

StreamEvent = tuple[StreamRef, Event]
# In one transaction.
MOST_POSTS = 2000
# For so long a removal can be undone; then what it removed is erased.
UNDONE_WITHIN = timedelta(days=183)
# Conditions of packages above: a removal for which one holds is not erased yet.
keeping_conditions: list[Callable[[], ColumnElement[bool]]] = []
MAY_NOT = _l("You can’t remove what this person has published.")
COUNT_COMMENTS = (
    update(PostCounters)
    .where(PostCounters.post_id == bindparam("post", type_=BigInteger))
    .values(
        comment_count=PostCounters.comment_count + bindparam("more", type_=Integer),
        revision=PostCounters.revision + 1,
    )
)


def remove_contents(
    actor: Member, group: Group, member: Member, since: datetime, reason: str
) -> Removal:
    """Remove from a group what a person published there since an instant, comments, too.

    Comments that this group's moderators may not remove stay. Raises Conflict where there is
    nothing to remove, or too much for one time.
    """
    _hold(actor, group, member)
    words = checked_reason(reason)
    now = clock.now()
    if since > now:
        raise Invalid({"since": _("Choose a day that has come.")})
    posts = _lock_posts(_list_ids(group, member, since))
    events: list[StreamEvent] = []
    removal = Removal(
        group=group,
        member=member,
        since=since,
        reason=words,
        at=now,
        removed_by_id=actor.id,
        contents={},
    )
    comments = [
        each.id
        for post in posts
        for each in _remove_comments(actor, member, post, since, now, events)
    ]
    own = [post for post in posts if post.author_id == member.id and post.created_at >= since]
    placements = [
        _remove_placement(actor, placement, now, events)
        for post in own
        for placement in post.placements
        if placement.group_id == group.id and (placement.is_published or placement.is_pending)
    ]
    if not placements and not comments:
        raise Conflict(_("This person has published nothing here since that day."))
    removal.contents = {"placements": placements, "comments": comments}
    db.session.add(removal)
    db.session.flush()
    _note(Act.CONTENTS_REMOVED, actor, removal, words)
    record_all([*events, *resolution_events(actor, group)])
    return removal


def restore_contents(actor: Member, removal: Removal) -> Removal:
    """Put back what a removal removed, in the state from before; raise Conflict where it cannot.

    A post stays removed that a decision made since is about, or that would show more people what
    others said meanwhile.
    """
    group, member = removal.group, removal.member
    _hold(actor, group, member)
    # The highlights of a group are counted one after the other.
    db.session.execute(select(Group.id).where(Group.id == group.id).with_for_update(key_share=True))
    db.session.refresh(removal, with_for_update={"of": Removal})
    if not removal.may_be_undone:
        raise Conflict(_("This has been put back, or erased, already."))
    before = {row[0]: row for row in removal.contents["placements"]}
    comment_ids = removal.contents["comments"]
    posts = _lock_posts(
        db.session.scalars(
            union(
                select(Placement.post_id).where(Placement.id.in_(before)),
                select(Comment.post_id).where(Comment.id.in_(comment_ids)),
            )
        ).all()
    )
    events: list[StreamEvent] = []
    restored = sum(
        _restore_placement(actor, placement, before[placement.id], removal, events)
        for post in posts
        for placement in post.placements
        if placement.id in before
    )
    db.session.flush()
    for post in posts:
        restored += _restore_comments(actor, post, comment_ids, removal, events)
    counts = {"posts": removal.post_count, "comments": removal.comment_count}
    removal.restored_at, removal.restored_by_id = clock.now(), actor.id
    db.session.flush()
    _note(Act.CONTENTS_RESTORED, actor, removal, "", restored=restored, **counts)
    removal.contents = {}
    record_all([*events, *resolution_events(actor, group)])
    return removal


def erase_removed_contents() -> bool:
    """Erase what was removed so long ago that nobody can undo it; say whether there may be more."""
    old = (
        select(Removal)
        .where(Removal.at < clock.now() - UNDONE_WITHIN, Removal.contents != {})
        .where(*(~is_kept() for is_kept in keeping_conditions))
        .order_by(Removal.at)
        .limit(1)
        .with_for_update(of=Removal, skip_locked=True)
    )
    removal = db.session.scalar(old)
    if removal is None:
        return False
    quietly = {"synchronize_session": False}
    if removal.restored_at is None:
        gone = (Placement.status == PlacementStatus.REMOVED, Placement.decided_at == removal.at)
        ids = [row[0] for row in removal.contents["placements"]]
        db.session.execute(
            delete(Placement).where(Placement.id.in_(ids), *gone), execution_options=quietly
        )
        said = update(Comment).where(
            Comment.id.in_(removal.contents["comments"]), Comment.removed_at == removal.at
        )
        db.session.execute(said.values(body_html=""), execution_options=quietly)
        log_act(
            Act.CONTENTS_ERASED,
            ("removal", removal.id),
            actor_id=None,
            group_id=removal.group_id,
            member_id=removal.member_id,
        )
    removal.contents, removal.reason = {}, ""
    db.session.flush()
    db.session.expire_all()
    return True


def erase_removal_reasons(member: Member) -> None:
    """Delete the reasons of removals that concern a person whose account was closed."""
    about = update(Removal).where(Removal.member_id == member.id)
    db.session.execute(about.values(reason="").execution_options(synchronize_session=False))


def _hold(actor: Member, group: Group, member: Member) -> None:
    hold_membership(actor, group)
    require(may_moderate(actor, group), MAY_NOT)
    hold_membership(member, group)
    require(may_sanction(actor, group, member), MAY_NOT)


def _list_ids(group: Group, member: Member, since: datetime) -> Sequence[int]:
    """List the posts to lock: the person's own in the group, and those that they commented on."""
    present = Placement.status.in_([PlacementStatus.PUBLISHED, PlacementStatus.PENDING])
    written = (
        select(Post.id)
        .join(Placement, Placement.post_id == Post.id)
        .where(Post.author_id == member.id, Post.created_at >= since)
        .where(Placement.group_id == group.id, present)
    )
    commented = (
        select(Comment.post_id)
        .join(Placement, Placement.post_id == Comment.post_id)
        .where(
            Comment.author_id == member.id,
            Comment.created_at >= since,
            Comment.removed_at.is_(None),
            Placement.group_id == group.id,
            PUBLISHED,
        )
    )
    ids = db.session.scalars(union(written, commented).limit(MOST_POSTS + 1)).all()
    if len(ids) > MOST_POSTS:
        raise Conflict(_("That is too much for one time. Choose a later day."))
    return ids


def _lock_posts(ids: Iterable[int]) -> list[Post]:
    """Lock posts with their placements as `lock_post` does one, in the order of their ids."""
    wanted = list(ids)
    placements = db.session.scalars(
        select(Placement)
        .join(Placement.post)
        .where(Placement.post_id.in_(wanted))
        .order_by(Placement.post_id, Placement.id)
        .with_for_update(of=[Placement, Post], key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    found = db.session.scalars(select(Post).where(Post.id.in_(wanted)).order_by(Post.id)).all()
    for post in found:
        own = [each for each in placements if each.post_id == post.id]
        set_committed_value(post, "placements", own)
    return list(found)


def _remove_comments(
    actor: Member,
    member: Member,
    post: Post,
    since: datetime,
    now: datetime,
    events: list[StreamEvent],
) -> Sequence[Comment]:
    written = db.session.scalars(
        select(Comment)
        .where(
            Comment.post_id == post.id,
            Comment.author_id == member.id,
            Comment.created_at >= since,
            Comment.removed_at.is_(None),
        )
        .order_by(Comment.id)
        .with_for_update(of=Comment, key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    may_remove = policies.removable_comments(actor, post, written)
    removed = [each for each in written if each.id in may_remove]
    for comment in removed:
        comment.removed_at, comment.removed_by_id = now, actor.id
    _count(post, -len(removed))
    events += _of_comments(CommentRemoved, actor, post, removed)
    return removed


def _remove_placement(
    actor: Member, placement: Placement, now: datetime, events: list[StreamEvent]
) -> list[int | bool | str | None]:
    """Remove a placement; give the state from before, as `Removal.contents` keeps it."""
    decided_at = placement.decided_at.isoformat() if placement.decided_at else None
    before = [
        placement.id, placement.status.value, placement.pinned, placement.featured,
        placement.decided_by_id, decided_at,
    ]  # fmt: skip
    post, group = placement.post, placement.group
    names = {"subject_id": post.id, "actor_id": actor.id, "group_id": group.id}
    if placement.is_published:
        events.append((group.stream, PostRemoved(**names)))
    else:
        events.append((post.author.stream, PostWithdrawn(**names)))
    placement.status = PlacementStatus.REMOVED
    placement.pinned = placement.featured = False
    placement.decided_by_id, placement.decided_at = actor.id, now
    return before


def _restore_placement(
    actor: Member,
    placement: Placement,
    before: Sequence[int | bool | str | None],
    removal: Removal,
    events: list[StreamEvent],
) -> bool:
    _id, status, pinned, featured, decided_by_id, decided_at = before
    group = placement.group
    if not placement.is_removed or placement.decided_at != removal.at:
        return False
    if status == PlacementStatus.PUBLISHED:
        try:
            check_audience(placement.post, group)
        except Conflict:
            return False
        names = {"subject_id": placement.post_id, "actor_id": actor.id, "group_id": group.id}
        events.append((group.stream, PostRestored(**names)))
    placement.status = PlacementStatus(str(status))
    placement.pinned = bool(pinned) and count_highlighted(group, Placement.pinned) < MOST_PINNED
    placement.featured = bool(featured) and not count_highlighted(group, Placement.featured)
    placement.decided_by_id = int(decided_by_id) if decided_by_id else None
    placement.decided_at = datetime.fromisoformat(str(decided_at)) if decided_at else None
    db.session.flush()
    return True


def _restore_comments(
    actor: Member,
    post: Post,
    ids: Sequence[int],
    removal: Removal,
    events: list[StreamEvent],
) -> int:
    removed = db.session.scalars(
        select(Comment)
        .where(Comment.id.in_(ids), Comment.post_id == post.id, Comment.removed_at == removal.at)
        .order_by(Comment.id)
        .with_for_update(of=Comment, key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    for comment in removed:
        comment.removed_at = comment.removed_by_id = None
    _count(post, len(removed))
    events += _of_comments(CommentRestored, actor, post, removed)
    return len(removed)


def _of_comments(
    event: type[CommentRemoved | CommentRestored],
    actor: Member,
    post: Post,
    comments: Sequence[Comment],
) -> list[StreamEvent]:
    return [
        (
            placement.group.stream,
            event(
                subject_id=comment.id,
                actor_id=actor.id,
                post_id=post.id,
                group_id=placement.group_id,
            ),
        )
        for comment in comments
        for placement in post.published
    ]


def _count(post: Post, more: int) -> None:
    """Count the comments of a post that were removed or put back, once they are written."""
    if more:
        db.session.flush()
        db.session.connection().execute(COUNT_COMMENTS, {"post": post.id, "more": more})
        db.session.expire(post, ["counters"])


def _note(act: Act, actor: Member, removal: Removal, reason: str, **counts: int) -> None:
    counts = counts or {"posts": removal.post_count, "comments": removal.comment_count}
    log_act(
        act,
        ("removal", removal.id),
        actor_id=actor.id,
        group_id=removal.group_id,
        member_id=removal.member_id,
        since=removal.since.isoformat(),
        **counts,
    )
    moderated.send(
        None,
        act=act,
        actor=actor,
        subject=("removal", removal.id),
        group=removal.group,
        member=removal.member,
        reason=reason,
        until=None,
    )
