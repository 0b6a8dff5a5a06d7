"""What administrators of the site do with groups: review new ones, feature some, give one away.

Each act is in the moderation log; the owners are notified by mail and by the bell of what changes
for them.
"""

from collections.abc import Iterable, Sequence

from flask_babel import gettext as _
from sqlalchemy import func, select, update

from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.events import record_all
from grandequipe.core.mail import rendering
from grandequipe.core.moderation_log import Act, log_act
from grandequipe.core.text_validation import length_error, quoted, text_error
from grandequipe.extensions import db
from grandequipe.groups import policies
from grandequipe.groups.events import GroupManaged, RoleChanged
from grandequipe.groups.models import Group, GroupReview, Membership, Role
from grandequipe.groups.queries import find_membership, list_owners
from grandequipe.groups.services.locks import lock_group
from grandequipe.groups.services.membership_transitions import (
    StreamEvent,
    add_member,
    joined_event,
)
from grandequipe.members.models import Member
from grandequipe.members.services.administration import lock_accounts
from grandequipe.members.services.notices import notice_to

LONGEST_REASON = 2000
# As many as the landing page shows, and some more.
MOST_FEATURED = 12


def approve_group(actor: Member, group: Group) -> bool:
    """Let a new group stand in lists and on the landing page; return whether it did not."""
    lock_group(group)
    lock_accounts(actor)
    if group.review is None:
        return False
    group.review, group.review_reason = None, ""
    _log(Act.GROUP_APPROVED, actor, group)
    for owner in list_owners(group):
        with notice_to(owner, Act.GROUP_APPROVED) as post:
            post(
                _("“%(group)s” now stands in the list of groups", group=quoted(group.name)),
                _("An administrator has seen your group: everyone who may find it does so now."),
            )
    record_all(_managed(group, Act.GROUP_APPROVED, list_owners(group)))
    return True


def refuse_group(actor: Member, group: Group, reason: str) -> None:
    """Keep a group out of lists, with a reason for its owners; raises Invalid without one."""
    lock_group(group)
    lock_accounts(actor)
    if group.review is GroupReview.REFUSED:
        raise Conflict(_("This group has been refused already."))
    if not reason.strip():
        raise Invalid({"reason": _("Say why: the owners read it.")})
    if wrong := length_error(reason, LONGEST_REASON) or text_error(reason):
        raise Invalid({"reason": wrong})
    group.review, group.review_reason = GroupReview.REFUSED, reason.strip()
    group.featured_rank = None
    _log(Act.GROUP_REFUSED, actor, group)
    for owner in list_owners(group):
        with notice_to(owner, Act.GROUP_REFUSED, reason=group.review_reason) as post:
            post(
                _("“%(group)s” won’t stand in the list of groups", group=quoted(group.name)),
                _("An administrator of %(site)s has seen your group.", site=rendering.site_name()),
                _("The group stays as it is for its members, at its own address."),
            )
    record_all(_managed(group, Act.GROUP_REFUSED, list_owners(group)))


def feature_group(actor: Member, group: Group) -> bool:
    """Show a group on the landing page, after those that are featured; False if it is already."""
    lock_group(group)
    lock_accounts(actor)
    if group.featured_rank is not None:
        return False
    if group.review is not None or not group.is_public or group.is_archived:
        raise Conflict(_("Only public, active groups that an administrator has seen are featured."))
    count, last = db.session.execute(
        select(func.count(Group.featured_rank), func.max(Group.featured_rank))
    ).one()
    if count >= MOST_FEATURED:
        raise Conflict(_("There are enough featured groups: take one off first."))
    group.featured_rank = (last or 0) + 1
    _log(Act.GROUP_FEATURED, actor, group)
    return True


def unfeature_group(actor: Member, group: Group) -> bool:
    """Take a group off the featured ones; return whether it was one."""
    lock_group(group)
    lock_accounts(actor)
    if group.featured_rank is None:
        return False
    group.featured_rank = None
    _log(Act.GROUP_UNFEATURED, actor, group)
    return True


def move_up(actor: Member, group: Group) -> bool:
    """Exchange a featured group with the one before it; return whether there is one."""
    lock_group(group)
    lock_accounts(actor)
    before = (
        select(Group)
        .where(Group.featured_rank < group.featured_rank)
        .order_by(Group.featured_rank.desc())
        .limit(1)
    )
    other = db.session.scalar(before)
    if other is None or group.featured_rank is None:
        return False
    ranks = {group.id: other.featured_rank, other.id: group.featured_rank}
    for group_id in sorted(ranks):
        moved = update(Group).where(Group.id == group_id)
        db.session.execute(moved.values(featured_rank=ranks[group_id]))
    return True


def give_group(actor: Member, group: Group, member: Member) -> None:
    """Make a member the owner of a group; its former owners become moderators."""
    lock_group(group)
    lock_accounts(actor, member)
    if not (member.active and member.is_confirmed):
        raise Conflict(_("Only an active member with a confirmed address can own a group."))
    if policies.is_banned(member, group):
        raise Conflict(_("This member is banned from the group: lift the ban first."))
    membership = find_membership(member, group)
    if membership is not None and membership.is_owner:
        raise Conflict(_("This person owns the group already."))
    former = list_owners(group)
    for owner in former:
        lower = find_membership(owner, group)
        if lower is not None:
            lower.role = Role.MODERATOR
    events = _make_owner(actor, group, member, membership)
    _log(Act.GROUP_TRANSFERRED, actor, group, member)
    _notify_of_gift(group, member, former)
    for person in (member, *former):
        changed = RoleChanged(subject_id=person.id, actor_id=actor.id, group_id=group.id)
        events.append((group.stream, changed))
    record_all([*events, *_managed(group, Act.GROUP_TRANSFERRED, (member, *former))])


def _managed(group: Group, act: Act, members: Iterable[Member]) -> list[StreamEvent]:
    """Say to members what an administrator, who is not named, did with their group."""
    event = GroupManaged(subject_id=group.id, actor_id=None, act=act)
    return [(member.stream, event) for member in members]


def _make_owner(
    actor: Member, group: Group, member: Member, membership: Membership | None
) -> list[StreamEvent]:
    """Make a member, or a person who asked or is invited, or nobody yet, an owner."""
    if membership is not None and membership.is_active:
        membership.role = Role.OWNER
        db.session.flush()
        return []
    if membership is not None:
        db.session.delete(membership)
        db.session.flush()
    add_member(member, group, Role.OWNER)
    return [joined_event(member, group, actor, "invitation")]


def _notify_of_gift(group: Group, member: Member, former: Sequence[Member]) -> None:
    for person in (member, *former):
        with notice_to(person, Act.GROUP_TRANSFERRED) as post:
            post(
                _("“%(group)s” has a new owner", group=quoted(group.name)),
                _("An administrator has given this group to you: you can change everything in it.")
                if person.id == member.id
                else _("An administrator has given this group to another member. You moderate it."),
            )


def _log(act: Act, actor: Member, group: Group, member: Member | None = None) -> None:
    db.session.flush()
    log_act(
        act,
        ("group", group.id),
        actor_id=actor.id,
        group_id=group.id,
        member_id=member.id if member else None,
    )
