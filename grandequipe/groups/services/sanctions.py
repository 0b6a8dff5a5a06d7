"""Sanctions in a group: a warning, a mute, a ban, for a time or lasting, and lifting them.

Guarantee: a sanction takes effect and ends with the clock. Its end stands on the membership, which
each write reads under a lock: no task has to run for it to be over. A person has one mute and one
ban in force at most: another one takes the place of the earlier.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from flask_babel import gettext as _, lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import and_, delete, or_, select, update

from grandequipe.core import clock
from grandequipe.core.errors import Conflict, Invalid, Refused
from grandequipe.core.events import record, record_all
from grandequipe.core.moderation_log import Act, log_act
from grandequipe.core.policies import require
from grandequipe.core.text_validation import length_error, text_error
from grandequipe.extensions import db
from grandequipe.groups import policies
from grandequipe.groups.events import BanLifted
from grandequipe.groups.models import (
    LASTING,
    Group,
    Membership,
    MembershipState,
    Sanction,
    SanctionKind,
)
from grandequipe.groups.queries import find_membership, find_sanction
from grandequipe.groups.services.locks import (
    lock_active_membership,
    lock_group,
    lock_membership,
    require_not_archived,
)
from grandequipe.groups.services.membership_transitions import ban, ban_non_member
from grandequipe.groups.signals import moderated
from grandequipe.members.models import Member
from grandequipe.web.formats import closing_moment

LONGEST_REASON, SHORTEST_REASON = 1000, 3
FURTHEST = timedelta(days=5 * 366)
# What has ended, or was no more than a warning, is forgotten after so long; the log remains.
KEPT = timedelta(days=3 * 365)
MAY_NOT_SANCTION = _l("You can’t sanction this person.")
MANY = 100

GIVEN = {
    SanctionKind.WARNING: Act.MEMBER_WARNED,
    SanctionKind.MUTE: Act.MEMBER_MUTED,
    SanctionKind.BAN: Act.MEMBER_BANNED,
}
LIFTED = {
    SanctionKind.WARNING: Act.WARNING_WITHDRAWN,
    SanctionKind.MUTE: Act.MEMBER_UNMUTED,
    SanctionKind.BAN: Act.MEMBER_UNBANNED,
}


def warn_member(actor: Member, group: Group, member: Member, reason: str) -> Sanction:
    """Warn a member, who reads the reason; raise Conflict for a person who is none."""
    _lock_member(actor, group, member)
    return _impose(actor, group, member, SanctionKind.WARNING, checked_reason(reason))


def mute_member(
    actor: Member, group: Group, member: Member, reason: str, until: datetime | None = None
) -> Sanction:
    """Let a member read and write nothing, until an instant or until it is lifted.

    Raises Conflict for a person who is no member, and for one who looks after the group.
    """
    membership = _lock_member(actor, group, member)
    if membership.moderates:
        raise Conflict(_("This person looks after the group. Change their role first."))
    words, end = checked_reason(reason), _checked_end(until)
    membership.muted_until = end or LASTING
    return _impose(actor, group, member, SanctionKind.MUTE, words, end)


def ban_member(
    actor: Member, group: Group, member: Member, reason: str, until: datetime | None = None
) -> Sanction:
    """Ban a person, until an instant or until it is lifted, whether or not they are a member.

    Raises Conflict for the last owner.
    """
    lock_group(group)
    require(policies.may_sanction(actor, group, member), MAY_NOT_SANCTION)
    require_not_archived(group)
    membership = lock_membership(member, group)
    require(policies.may_sanction(actor, group, member), MAY_NOT_SANCTION)
    words, end = checked_reason(reason), _checked_end(until)
    if membership is None:
        events = ban_non_member(actor, member, group, end)
    else:
        events = ban(actor, membership, end)
    sanction = _impose(
        actor, group, member, SanctionKind.BAN, words, end, is_stranger=membership is None
    )
    record_all(events)
    return sanction


def lift_sanction(actor: Member, sanction: Sanction, reason: str = "") -> Sanction:
    """End a sanction before its time, or withdraw a warning; raise Conflict where it has ended.

    `reason` may be empty. What the person may do then is what anybody like them may.
    """
    group, member = sanction.group, sanction.member
    membership = lock_membership(member, group)
    require(policies.may_sanction(actor, group, member), MAY_NOT_SANCTION)
    require_not_archived(group)
    db.session.refresh(sanction, with_for_update={"of": Sanction})
    is_warning = sanction.kind is SanctionKind.WARNING
    if sanction.lifted_at is not None or not (is_warning or sanction.is_in_force):
        raise Conflict(_("This sanction has ended already."))
    words = checked_reason(reason) if reason.strip() else ""
    sanction.lifted_at, sanction.lifted_by_id = clock.now(), actor.id
    sanction.lift_reason = words
    if sanction.kind is SanctionKind.MUTE and membership is not None:
        membership.muted_until = None
    is_banned = membership is not None and membership.state is MembershipState.BANNED
    ends_ban = sanction.kind is SanctionKind.BAN and is_banned
    if ends_ban:
        db.session.delete(membership)
    db.session.flush()
    _note(LIFTED[sanction.kind], actor, group, member, sanction, words)
    if ends_ban:
        record(member.stream, BanLifted(subject_id=group.id, actor_id=actor.id))
    return sanction


def lift_ban(actor: Member, group: Group, member: Member, reason: str = "") -> None:
    """Let a banned person join again like everyone; nothing happens where they are not banned."""
    membership = lock_membership(member, group)
    require(policies.may_moderate(actor, group), _l("Only moderators can lift a ban."))
    require_not_archived(group)
    if membership is None or membership.state is not MembershipState.BANNED:
        return
    if sanction := find_sanction(member, group, SanctionKind.BAN):
        lift_sanction(actor, sanction, reason)
        return
    # Bans from before sanctions were kept have no row.
    db.session.delete(membership)
    log_act(
        Act.MEMBER_UNBANNED,
        ("member", member.id),
        actor_id=actor.id,
        group_id=group.id,
        member_id=member.id,
    )
    record(member.stream, BanLifted(subject_id=group.id, actor_id=actor.id))


def end_bans() -> bool:
    """Delete some memberships whose ban has ended; return whether there may be more.

    Those concerned hear of it; that they may join again they may without this.
    """
    over = (
        select(Membership)
        .where(Membership.banned_until <= clock.now())
        .order_by(Membership.group_id, Membership.member_id)
        .limit(MANY)
    )
    ended = db.session.scalars(over.with_for_update(of=Membership, skip_locked=True)).all()
    lifted = [
        (each.member.stream, BanLifted(subject_id=each.group_id, actor_id=None)) for each in ended
    ]
    for each in ended:
        db.session.delete(each)
    db.session.flush()
    record_all(lifted)
    return len(ended) == MANY


def purge_sanctions() -> None:
    """Delete the sanctions that ended long ago, with their reasons."""
    before = clock.now() - KEPT
    is_old_warning = and_(Sanction.kind == SanctionKind.WARNING, Sanction.since < before)
    ended = or_(Sanction.until < before, Sanction.lifted_at < before, is_old_warning)
    db.session.execute(delete(Sanction).where(ended).execution_options(synchronize_session=False))


def erase_reasons(member: Member) -> None:
    """Delete what was written of a person whose account was closed; a ban goes on."""
    about = update(Sanction).where(Sanction.member_id == member.id)
    db.session.execute(
        about.values(reason="", lift_reason="").execution_options(synchronize_session=False)
    )


def checked_reason(reason: str) -> str:
    """Give the words of a reason, or raise Invalid of `reason`."""
    words = reason.strip()
    wrong = length_error(reason, LONGEST_REASON) or text_error(reason)
    if not wrong and len(words) < SHORTEST_REASON:
        wrong = str(_("Say why in a few words. The person will read it."))
    if wrong:
        raise Invalid({"reason": wrong})
    return words


def _checked_end(until: datetime | None) -> datetime | None:
    now = clock.now()
    if until is not None and until <= now:
        raise Invalid({"until": _("This moment has passed. Choose a later one.")})
    if until is not None and until > now + FURTHEST:
        raise Invalid({"until": _("Choose a day within five years, or no end.")})
    return until


def _lock_member(actor: Member, group: Group, member: Member) -> Membership:
    """Ask the policy first: the kind of refusal must not show who is in a private group."""
    lock_group(group)
    require(policies.may_moderate(actor, group), MAY_NOT_SANCTION)
    require_not_archived(group)
    membership = lock_active_membership(member, group)
    require(policies.may_sanction(actor, group, member), MAY_NOT_SANCTION)
    return membership


def _impose(
    actor: Member,
    group: Group,
    member: Member,
    kind: SanctionKind,
    reason: str,
    until: datetime | None = None,
    *,
    is_stranger: bool = False,
) -> Sanction:
    """Keep a sanction, in the place of one of the same kind that is in force."""
    now = clock.now()
    earlier = find_sanction(member, group, kind)
    if earlier is not None:
        earlier.lifted_at, earlier.lifted_by_id = now, actor.id
    sanction = Sanction(
        group=group,
        member=member,
        kind=kind,
        reason=reason,
        since=now,
        until=until,
        given_by_id=actor.id,
    )
    db.session.add(sanction)
    db.session.flush()
    _note(GIVEN[kind], actor, group, member, sanction, reason, is_stranger=is_stranger)
    return sanction


def require_to_write(
    member: Member, allowed: bool, groups: Iterable[Group], message: str | LazyString
) -> None:
    """Raise Refused unless the policy said yes: to a muted member, with the end of the mute."""
    if allowed:
        return
    for group in groups:
        membership = find_membership(member, group)
        until = membership.muted_until if membership and membership.is_muted else None
        if until == LASTING:
            raise Refused(
                _("A moderator has muted you in this group: you can read it, and write nothing.")
            )
        if until is not None:
            date = closing_moment(until, member.time_zone)
            raise Refused(
                _(
                    "A moderator has muted you in this group until %(date)s: "
                    "you can read it, and write nothing.",
                    date=date,
                )
            )
    raise Refused(str(message))


def _note(
    act: Act, actor: Member, group: Group, member: Member, sanction: Sanction, reason: str,
    *, is_stranger: bool = False,
) -> None:  # fmt: skip
    """Log an act, and send it to the packages above."""
    log_act(
        act,
        ("member", member.id),
        actor_id=actor.id,
        group_id=group.id,
        member_id=member.id,
        sanction=sanction.id,
        until=sanction.until.isoformat() if sanction.until else None,
    )
    moderated.send(
        None,
        act=act,
        actor=actor,
        subject=("member", member.id),
        group=group,
        member=member,
        reason=reason,
        until=sanction.until,
        is_stranger=is_stranger,
    )
