"""The end of a group: archived, closed after 30 days to think, or given to another owner."""

from datetime import timedelta

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import delete, or_, select

from grandequipe.core import clock
from grandequipe.core.errors import Conflict, NotFound
from grandequipe.core.events import record, record_all
from grandequipe.core.moderation_log import Act, log_act
from grandequipe.core.policies import require
from grandequipe.extensions import db
from grandequipe.groups import policies
from grandequipe.groups.events import (
    GroupArchived,
    GroupClosing,
    GroupClosingCancelled,
    GroupEnded,
    GroupReopened,
    OwnershipAnswered,
    OwnershipOffered,
    RoleChanged,
)
from grandequipe.groups.models import Group, OwnershipOffer, Role
from grandequipe.groups.queries import find_offer, list_owner_streams
from grandequipe.groups.queries.memberships import OFFER_LASTS
from grandequipe.groups.services.ending_groups import erase
from grandequipe.groups.services.locks import (
    lock_active_membership,
    lock_group,
    lock_membership,
    stop_writes,
)
from grandequipe.members.models import Member

TIME_TO_THINK = timedelta(days=30)
ONLY_OWNERS = _l("Only owners can archive a group, close it or give it to someone else.")


ONLY_ADMINISTRATORS = _l(
    "The site’s administrators archived this group: only they can make it active again."
)


def archive_group(owner: Member, group: Group, *, by_site: bool = False) -> bool:
    """Make a group read only; return whether it was not.

    `by_site`: by a decision of the site's administrators, who alone open the group again.
    """
    _lock_owned(owner, group)
    if by_site:
        require(owner.is_admin, ONLY_ADMINISTRATORS)
        group.archived_by_site = True
    if group.is_archived:
        return False
    stop_writes(group)
    group.archived_at = clock.now()
    _log(Act.GROUP_ARCHIVED, owner, group)
    record(group.stream, GroupArchived(subject_id=group.id, actor_id=owner.id))
    return True


def reopen_group(owner: Member, group: Group) -> bool:
    """Make an archived group active again; return whether it was archived.

    Raises Refused for an owner where the site's administrators have archived it.
    What waited there for a moderator, posts and requests to join, waits again.
    """
    _lock_owned(owner, group)
    if not group.is_archived:
        return False
    require(owner.is_admin or not group.archived_by_site, ONLY_ADMINISTRATORS)
    group.archived_at, group.archived_by_site = None, False
    _log(Act.GROUP_REOPENED, owner, group)
    record(group.stream, GroupReopened(subject_id=group.id, actor_id=owner.id))
    return True


def close_group(owner: Member, group: Group) -> bool:
    """Have a group erased after 30 days; return whether it was not to be. Members are notified."""
    _lock_owned(owner, group)
    if group.closes_at is not None:
        return False
    group.closes_at = clock.now() + TIME_TO_THINK
    _log(Act.GROUP_CLOSING, owner, group)
    record(group.stream, GroupClosing(subject_id=group.id, actor_id=owner.id))
    return True


def cancel_closing(owner: Member, group: Group) -> bool:
    """Keep a group that was to be erased; return whether it was to be."""
    _lock_owned(owner, group)
    if group.closes_at is None:
        return False
    group.closes_at = None
    _log(Act.GROUP_CLOSING_CANCELLED, owner, group)
    record(group.stream, GroupClosingCancelled(subject_id=group.id, actor_id=owner.id))
    return True


def erase_one_closed_group() -> bool:
    """Erase the group that should have closed first, with all that is in it; False without one."""
    due = (
        select(Group)
        .where(Group.closes_at <= clock.now())
        .order_by(Group.closes_at)
        .limit(1)
        .with_for_update(key_share=True, skip_locked=True)
    )
    group = db.session.scalar(due)
    if group is None:
        return False
    ended = GroupEnded(subject_id=group.id, actor_id=None)
    streams = list_owner_streams(group)
    log_act(Act.GROUP_CLOSED, ("group", group.id), actor_id=None, group_id=group.id)
    erase(group)
    record_all((stream, ended) for stream in streams)
    return True


def offer_ownership(owner: Member, group: Group, member: Member) -> OwnershipOffer:
    """Offer a group to one of its members, in the place of any earlier offer."""
    _lock_owned(owner, group)
    membership = lock_active_membership(member, group)
    if membership.is_owner:
        raise Conflict(_("This person owns the group already."))
    _end_offer(group)
    offer = OwnershipOffer(
        group_id=group.id, from_id=owner.id, to_id=member.id, offered_at=clock.now()
    )
    db.session.add(offer)
    db.session.flush()
    record(member.stream, OwnershipOffered(subject_id=group.id, actor_id=owner.id))
    return offer


def withdraw_offer(owner: Member, group: Group) -> bool:
    """Take back the offer of a group; return whether there was one."""
    _lock_owned(owner, group)
    return _end_offer(group)


def answer_offer(member: Member, group: Group, *, accept: bool) -> None:
    """Accept or decline the ownership of a group.

    The member who offered it becomes a moderator. Raises NotFound for who was offered nothing,
    Conflict where the sender may not give the group any more.
    """
    lock_group(group)
    offer = find_offer(group)
    if offer is None or offer.to_id != member.id:
        raise NotFound
    sender = offer.sender
    _end_offer(group)
    answered = OwnershipAnswered(subject_id=group.id, actor_id=member.id, accepted=accept)
    if not accept:
        record(sender.stream, answered)
        return
    if not policies.may_own(sender, group):
        raise Conflict(_("The person who offered you this group doesn’t own it any more."))
    membership, former = lock_active_membership(member, group), lock_membership(sender, group)
    changed = [member.id]
    membership.role = Role.OWNER
    if former is not None and former.is_owner:
        former.role = Role.MODERATOR
        changed.append(sender.id)
    db.session.flush()
    log_act(
        Act.GROUP_TRANSFERRED,
        ("group", group.id),
        actor_id=sender.id,
        group_id=group.id,
        member_id=member.id,
    )
    roles = [RoleChanged(subject_id=id, actor_id=member.id, group_id=group.id) for id in changed]
    record_all([*((group.stream, each) for each in roles), (sender.stream, answered)])


def forget_offers(member: Member) -> None:
    """Delete the offers to and from an account that is closed."""
    db.session.execute(
        delete(OwnershipOffer).where(
            or_(OwnershipOffer.from_id == member.id, OwnershipOffer.to_id == member.id)
        )
    )


def purge_offers() -> None:
    """Delete the offers that nobody answered in time: nobody can accept them any more."""
    old = delete(OwnershipOffer).where(OwnershipOffer.offered_at < clock.now() - OFFER_LASTS)
    db.session.execute(old, execution_options={"synchronize_session": False})


def _lock_owned(owner: Member, group: Group) -> None:
    lock_group(group)
    require(policies.may_own(owner, group), ONLY_OWNERS)


def _end_offer(group: Group) -> bool:
    ended = delete(OwnershipOffer).where(OwnershipOffer.group_id == group.id)
    found = db.session.scalars(ended.returning(OwnershipOffer.group_id)).all()
    return bool(found)


def _log(act: Act, owner: Member, group: Group) -> None:
    db.session.flush()
    log_act(act, ("group", group.id), actor_id=owner.id, group_id=group.id)
