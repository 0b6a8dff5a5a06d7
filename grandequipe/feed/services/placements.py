"""Placing a post in more groups, taking it out of one, and what moderators decide on it there.

Guarantee: a thread that others wrote in is never shown to more people than could read it when they
wrote. Each step that places or publishes a post asks `check_audience` under the post's lock, for
which who comments at that moment waits.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import aliased

from grandequipe.core import clock
from grandequipe.core.errors import Conflict
from grandequipe.core.events import Event, StreamRef, record, record_all
from grandequipe.core.moderation_log import Act
from grandequipe.core.policies import require
from grandequipe.extensions import db
from grandequipe.feed import policies
from grandequipe.feed.events import (
    PostPublished,
    PostRefused,
    PostRemoved,
    PostReturned,
    PostSubmitted,
    PostWithdrawn,
)
from grandequipe.feed.models import MOST_GROUPS, Comment, Placement, PlacementStatus, Post
from grandequipe.feed.services import spam
from grandequipe.feed.services.listing import (
    follow_decision,
    list_dates,
    list_next_date,
    place_beside,
)
from grandequipe.feed.services.proposals import checked_reason, end_proposal, proposal_of
from grandequipe.feed.services.texts import (
    groups_of,
    hold_memberships,
    lock_post,
    mark_published,
    note_act,
    place,
)
from grandequipe.groups.models import Group, Visibility
from grandequipe.groups.policies import may_moderate, owes_acceptance
from grandequipe.groups.services import (
    charter_message,
    require_not_archived,
    resolution_events,
)
from grandequipe.members.models import Member

StreamEvent = tuple[StreamRef, Event]


def place_post(author: Member, post: Post, group: Group) -> Placement:
    """Place a post in one more group, or have it wait there where the group is moderated.

    One that is there stays as it is. Raises Conflict where more people would read what others said.
    """
    hold_memberships(author, [*(each.group for each in post.placements), group], with_rules=True)
    require_not_archived(group)
    lock_post(post)
    placement = post.placement_in(group)
    if placement is not None and _may_know(author, placement):
        may_arrange = policies.may_take_out(author, placement)
        require(may_arrange, _l("You can’t choose the groups of this post."))
        return placement
    require(policies.may_place(author, post, group), _l("You can’t post in this group."))
    if owes_acceptance(author, group):
        raise Conflict(charter_message(group))
    if len([each for each in post.placements if not each.is_removed]) >= MOST_GROUPS:
        raise Conflict(_("A post can be in %(number)d groups at most.", number=MOST_GROUPS))
    check_audience(post, group)
    if placement is None:
        placement = place(post, group)
    else:
        # `published_at` stays: what others said meanwhile was for those who read it there.
        placement.status, placement.created_at = PlacementStatus.PENDING, clock.now()
        placement.decided_by_id = placement.decided_at = None
    db.session.add(placement)
    db.session.flush()
    sent = send(author, placement)
    _place_dates(placement)
    record(*sent)
    return placement


def take_out(actor: Member, post: Post, group: Group, reason: str = "") -> bool:
    """Take a post out of one group; where it is in no other, nobody reads it any more.

    `reason` is a moderator's, for the author; it may be empty.
    Returns whether it was there: a placement that the actor may not see is as if there were none.
    """
    hold_memberships(actor, groups_of(post))
    lock_post(post)
    placement = post.placement_in(group)
    if placement is None or not _may_know(actor, placement):
        return False
    if not actor.is_admin:
        require_not_archived(group)
    require(policies.may_take_out(actor, placement), _l("You can’t take this post out."))
    events = removed(actor, post, [placement], reason, whole_series=True)
    record_all([*events, *list_next_date(post)])
    return True


def removed(
    actor: Member,
    post: Post,
    placements: Sequence[Placement],
    reason: str = "",
    *,
    whole_series: bool = False,
) -> list[StreamEvent]:
    """Remove placements of a locked post, and give what is to be recorded of it.

    With `whole_series` its other dates go as well where it is the one that is listed. Each keeps
    who took it out. A change that waits is withdrawn once no group reads the post, or
    its author is in none of them.
    """
    events: list[StreamEvent] = []
    # One instant: its author puts back what they removed at once.
    now = clock.now()
    for placement in placements:
        group = placement.group
        names = {"subject_id": post.id, "actor_id": actor.id, "group_id": group.id}
        note_act(actor, Act.POST_REMOVED, group, post, reason)
        was = placement.status
        if placement.is_published:
            events.append((group.stream, PostRemoved(**names)))
        elif placement.is_pending:
            events.append((post.author.stream, PostWithdrawn(**names)))
            events += resolution_events(actor, group)
        placement.status, placement.refusal = PlacementStatus.REMOVED, None
        placement.returned = False
        placement.pinned = placement.featured = False
        _decide(actor, placement, now)
        db.session.flush()
        if whole_series:
            events += follow_decision(placement, was, names=names)
    goes_on = post.is_published and policies.may_withdraw(post.author, post)
    proposal = None if goes_on else proposal_of(post)
    ended = end_proposal(actor, proposal) if proposal else []
    db.session.flush()
    return [*ended, *events]


def approve_post(moderator: Member, post: Post, read: str, group: Group | None = None) -> None:
    """Publish what waited in a group: it is news there from now on, however old it is.

    Without a group, in the first one where it waits for this moderator. Raises Conflict where the
    text is not the one that the moderator read (`text_version`), or where more people would read
    what others said.
    """
    placement = _lock_waiting(moderator, post, group)
    if read != post.text_version:
        raise Conflict(
            _("This post has changed since you read it. Please read it again before you decide.")
        )
    check_audience(post, placement.group)
    _decide(moderator, placement)
    mark_published(placement)
    listed = list_next_date(post)
    note_act(moderator, Act.POST_APPROVED, placement.group, post)
    _record_decision(placement.group.stream, PostPublished, moderator, placement, listed)


def refuse_post(moderator: Member, post: Post, reason: str, group: Group | None = None) -> None:
    """Refuse a pending post, and notify its author of the reason; they may send it again."""
    _give_back(moderator, post, reason, group, returned=False)


def return_post(moderator: Member, post: Post, word: str, group: Group | None = None) -> None:
    """Ask the author of a pending post for changes: it goes back to their drafts with a word.

    They send it again by editing it.
    """
    _give_back(moderator, post, word, group, returned=True)


def _give_back(
    moderator: Member, post: Post, reason: str, group: Group | None, *, returned: bool
) -> None:
    placement = _lock_waiting(moderator, post, group)
    placement.refusal = checked_reason(reason)
    placement.status, placement.returned = PlacementStatus.REFUSED, returned
    _decide(moderator, placement)
    db.session.flush()
    follow_decision(placement, PlacementStatus.PENDING)
    act = Act.POST_RETURNED if returned else Act.POST_REFUSED
    note_act(moderator, act, placement.group, post, placement.refusal)
    event = PostReturned if returned else PostRefused
    _record_decision(post.author.stream, event, moderator, placement)


def send(author: Member, placement: Placement) -> StreamEvent:
    """Publish what its author sends to a group, or have it wait; give what is recorded of it."""
    group = placement.group
    names = {"subject_id": placement.post_id, "actor_id": author.id, "group_id": group.id}
    if policies.needs_approval(author, group) or not policies.may_publish(author, group):
        return author.stream, PostSubmitted(**names)
    check_audience(placement.post, group)
    if reason := spam.reason_to_hold(author, placement.post, group):
        spam.hold(placement.post, group, reason)
        return author.stream, PostSubmitted(**names)
    mark_published(placement)
    return group.stream, PostPublished(**names)


def check_audience(post: Post, group: Group) -> None:
    """Raise Conflict where others wrote under a post for fewer people than read this group.

    What they wrote before a post that the group read waits there again, they wrote for it, too.
    """
    others = [each for each in post.placements if each.group_id != group.id and each.published_at]
    if not others or any(each.is_published and each.group.is_public for each in others):
        return
    said = exists().where(
        Comment.post_id == post.id,
        Comment.author_id != post.author_id,
        Comment.removed_at.is_(None),
    )
    here = post.placement_in(group)
    if here is not None and here.is_pending and here.published_at:
        said = said.where(Comment.created_at > here.created_at)
    if db.session.scalar(select(said)):
        raise Conflict(
            _(
                "Others have commented on this post for members of its current groups only, "
                "so it can’t be shared more widely."
            )
        )


def check_opening(group: Group) -> None:
    """Raise Conflict where a group that becomes public would show what others said elsewhere.

    What authors could put back there, with such comments, they cannot any more.
    """
    here, narrower = aliased(Placement), aliased(Placement)
    threads = (
        select(func.count(here.id))
        .join(narrower, narrower.post_id == here.post_id)
        .join(Group, Group.id == narrower.group_id)
        .join(Post, Post.id == here.post_id)
        .join(Comment, Comment.post_id == here.post_id)
        .where(
            here.group_id == group.id,
            here.status == PlacementStatus.PUBLISHED,
            narrower.group_id != group.id,
            narrower.published_at.is_not(None),
            Group.visibility != Visibility.PUBLIC,
            Comment.author_id != Post.author_id,
            Comment.removed_at.is_(None),
        )
    )
    narrower_too = exists().where(
        narrower.post_id == here.post_id,
        narrower.group_id != group.id,
        narrower.published_at.is_not(None),
    )
    # A comment locks the placements of the post: it is committed, or waits and reads again.
    db.session.execute(
        select(here.id)
        .where(here.group_id == group.id, here.status == PlacementStatus.PUBLISHED, narrower_too)
        .order_by(here.post_id)
        .with_for_update(key_share=True)
    )
    if db.session.scalar(threads):
        raise Conflict(
            _(
                "Posts of this group are also in other groups, whose comments are for their "
                "members only. Remove these posts before you make the group public."
            )
        )
    said = exists().where(
        Post.id == here.post_id,
        Comment.post_id == Post.id,
        Comment.author_id != Post.author_id,
        Comment.removed_at.is_(None),
    )
    removed_here = select(here.id).where(
        here.group_id == group.id, here.status == PlacementStatus.REMOVED, narrower_too, said
    )
    db.session.execute(
        update(Placement).where(Placement.id.in_(removed_here)).values(decided_by_id=None),
        execution_options={"synchronize_session": False},
    )


def _place_dates(placement: Placement) -> None:
    """Place the other dates of a series where one of them was placed, and as it is there.

    Those that others commented on for fewer people stay where they are.
    """
    for date in list_dates(placement.post):
        there = date.placement_in(placement.group)
        if there is not None and not there.is_removed:
            continue
        try:
            check_audience(date, placement.group)
        except Conflict:
            continue
        place_beside(date, placement, there)
    db.session.flush()


def _may_know(actor: Member, placement: Placement) -> bool:
    """Return whether someone may learn that a post is in a group."""
    return policies.may_see_placement(actor, placement) or policies.may_take_out(actor, placement)


def _lock_waiting(moderator: Member, post: Post, group: Group | None) -> Placement:
    """Ask who it is before what state the post is in: only moderators hear of that."""
    groups = [group] if group else [each.group for each in post.placements]
    hold_memberships(moderator, groups)
    theirs = {each.id for each in groups if may_moderate(moderator, each)}
    require(bool(theirs), _l("Only moderators can approve posts."))
    lock_post(post)
    pending = [each for each in post.placements if each.is_pending and each.group_id in theirs]
    if not pending:
        raise Conflict(_("This post is no longer waiting for a moderator."))
    require_not_archived(pending[0].group)
    return pending[0]


def _decide(moderator: Member, placement: Placement, at: datetime | None = None) -> None:
    placement.decided_by_id, placement.decided_at = moderator.id, at or clock.now()


def _record_decision(
    stream: StreamRef,
    event: type[PostPublished | PostRefused | PostReturned],
    moderator: Member,
    placement: Placement,
    more: Iterable[StreamEvent] = (),
) -> None:
    """Record what became of a post that waited, also for those for whom it waited."""
    decided = event(
        subject_id=placement.post_id, actor_id=moderator.id, group_id=placement.group_id
    )
    record_all([(stream, decided), *more, *resolution_events(moderator, placement.group)])
