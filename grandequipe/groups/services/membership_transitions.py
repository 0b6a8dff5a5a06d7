"""How a person is tied to a group and untied from it: the steps that the verbs are made of.

Guarantee: whoever changes the members of a group holds the lock of its row, so that two who do
it at once do it one after the other, each seeing what the other did: the last owner stays, a
person is never a member twice, `member_count` is the number of members, and nobody acts by a
part that they have lost, for what one may do is asked once the lock is held. Whoever ends an
invitation takes the lock before, too: an invited person has one that stands.

Whoever takes several groups locks them all first, in one order. So a step gives what it tells
and records nothing: the verb does, last, for all its steps.
"""

from flask_babel import gettext as _
from sqlalchemy import delete

from grandequipe.core import clock
from grandequipe.core.errors import Conflict
from grandequipe.core.events import Event
from grandequipe.core.events.queries import get_head
from grandequipe.extensions import db
from grandequipe.groups import policies
from grandequipe.groups.events import (
    JoinRefused,
    MemberJoined,
    MemberLeft,
    ModerationQueueChanged,
    PersonExcluded,
    RequestTakenBack,
)
from grandequipe.groups.models import (
    Group,
    Invitation,
    Level,
    Membership,
    MembershipState,
    Role,
)
from grandequipe.groups.queries import (
    is_by_name,
    is_for,
    list_moderator_ids,
)
from grandequipe.members.models import Member, stream_of

StreamEvent = tuple[str, Event]


def create_membership(member: Member, group: Group, state: MembershipState) -> Membership:
    """Tie a person to a group who had nothing to do with it."""
    membership = Membership(
        group_id=group.id, member_id=member.id, group=group, member=member,
        state=state, since=clock.now(),
    )  # fmt: skip
    db.session.add(membership)
    return membership


def admit(member: Member, group: Group, role: Role) -> Membership:
    """Make a person a member at once."""
    membership = create_membership(member, group, MembershipState.ACTIVE)
    membership.role = role
    _start(membership)
    return membership


def _start(membership: Membership) -> None:
    """Start a membership at the stream's present end: what came before is not news."""
    db.session.execute(delete(Invitation).where(is_for(membership.member, membership.group)))
    membership.state, membership.since = MembershipState.ACTIVE, clock.now()
    membership.seen_position = membership.digested_position = get_head(membership.group.stream)
    membership.group.member_count += 1
    db.session.flush()


def accept(actor: Member, membership: Membership, how: str) -> list[StreamEvent]:
    """Make a member of a person who asked or was invited."""
    was_waiting = membership.state is MembershipState.REQUESTED
    _start(membership)
    settled = events_of_settling(actor, membership.group) if was_waiting else []
    return [joined(membership.member, membership.group, actor, how), *settled]


def drop(actor: Member, membership: Membership) -> list[StreamEvent]:
    """Untie a member from a group; the last owner stays."""
    keep_an_owner(membership.member, membership.group)
    db.session.delete(membership)
    return _left(actor, membership.member, membership.group)


def end_request(
    actor: Member, membership: Membership, event: type[JoinRefused | RequestTakenBack]
) -> list[StreamEvent]:
    """End a request to join: it is refused, or taken back."""
    group, asker = membership.group, membership.member
    db.session.delete(membership)
    db.session.flush()
    told = event(subject_id=group.id, actor_id=actor.id)
    return [(asker.stream, told), *events_of_settling(actor, group)]


def end_requests(actor: Member, group: Group) -> list[StreamEvent]:
    """Refuse whoever asks to join a group that only the invited find from now on."""
    asking = delete(Membership).where(
        Membership.group_id == group.id, Membership.state == MembershipState.REQUESTED
    )
    asker_ids = db.session.scalars(asking.returning(Membership.member_id)).all()
    told = JoinRefused(subject_id=group.id, actor_id=actor.id)
    settled = events_of_settling(actor, group) if asker_ids else []
    return [*((stream_of(asker_id), told) for asker_id in asker_ids), *settled]


def ban(actor: Member, membership: Membership) -> list[StreamEvent]:
    """Keep out a person who is a member, asks or is invited; the last owner stays."""
    was, member, group = membership.state, membership.member, membership.group
    if was is MembershipState.BANNED:
        return []
    keep_an_owner(member, group)
    membership.state, membership.since = MembershipState.BANNED, clock.now()
    membership.role, membership.level = Role.MEMBER, Level.MENTIONS
    if was is MembershipState.ACTIVE:
        return _left(actor, member, group)
    # What was sent to an address stays as it is: it does not tell whose it is.
    db.session.execute(delete(Invitation).where(is_by_name(member, group)))
    settled = events_of_settling(actor, group) if was is MembershipState.REQUESTED else []
    return [_excluded(actor, member, group), *settled]


def ban_non_member(actor: Member, member: Member, group: Group) -> list[StreamEvent]:
    """Keep out a person who has nothing to do with the group, or no more."""
    create_membership(member, group, MembershipState.BANNED)
    return [_excluded(actor, member, group)]


def _excluded(actor: Member, member: Member, group: Group) -> StreamEvent:
    db.session.flush()
    return member.stream, PersonExcluded(subject_id=group.id, actor_id=actor.id)


def _left(actor: Member, member: Member, group: Group) -> list[StreamEvent]:
    group.member_count -= 1
    db.session.flush()
    told = MemberLeft(subject_id=member.id, actor_id=actor.id, group_id=group.id)
    return [(group.stream, told)]


def keep_an_owner(leaver: Member, group: Group) -> None:
    """Refuse that the only owner leaves or becomes something else."""
    if policies.is_alone(leaver, group):
        raise Conflict(_("You are the last one in this group: end it, or invite somebody first."))
    if policies.is_last_owner(leaver, group):
        raise Conflict(_("A group needs at least one owner. Make someone else an owner first."))


def joined(member: Member, group: Group, actor: Member, how: str) -> StreamEvent:
    """Tell the group that a person became a member."""
    told = MemberJoined(subject_id=member.id, actor_id=actor.id, group_id=group.id, how=how)
    return group.stream, told


def events_of_settling(actor: Member, group: Group) -> list[StreamEvent]:
    """Tell everyone who looks after a group that something waits no more, to be recorded last."""
    told = ModerationQueueChanged(subject_id=group.id, actor_id=actor.id)
    return [(stream_of(moderator_id), told) for moderator_id in list_moderator_ids(group)]
