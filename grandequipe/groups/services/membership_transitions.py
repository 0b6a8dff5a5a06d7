"""The transitions between states of a membership, which the services are made of.

Guarantee: the caller holds the lock of the group's row, so that two changes of its members are
serialized, the second seeing the first: the last owner stays, nobody is a member twice,
`member_count` is the number of members, and nobody acts by a role that they have lost, for the
policy is asked once the lock is held. Ending an invitation takes the lock, too: an invited person
has a pending one.

A service on several groups locks them all first, in one order. So a transition returns its events
and records nothing: the service records them last, all together.
"""

from dataclasses import replace
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete

from grandequipe.core import clock
from grandequipe.core.errors import Conflict
from grandequipe.core.events import Event, StreamRef
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
    RequestState,
    Role,
)
from grandequipe.groups.queries import (
    find_end_of_mute,
    find_open_request,
    is_by_name,
    is_for,
    list_moderator_streams,
)
from grandequipe.groups.services.requests import close_requests
from grandequipe.members.models import Member
from grandequipe.members.queries import list_own_streams

StreamEvent = tuple[StreamRef, Event]


def create_membership(member: Member, group: Group, state: MembershipState) -> Membership:
    """Add the membership of a person who has none in this group; the caller flushes.

    A mute in force goes on: nobody ends it by leaving and joining again.
    """
    membership = Membership(
        group_id=group.id, member_id=member.id, group=group, member=member,
        state=state, since=clock.now(), muted_until=find_end_of_mute(member, group),
    )  # fmt: skip
    db.session.add(membership)
    return membership


def add_member(member: Member, group: Group, role: Role, charter: int = 0) -> Membership:
    """Create an active membership; `charter` is the version that the person accepts."""
    membership = create_membership(member, group, MembershipState.ACTIVE)
    membership.role, membership.charter_version = role, charter
    _activate(membership)
    return membership


def _activate(membership: Membership) -> None:
    """Activate a membership at the stream's present head: earlier events are not unread."""
    db.session.execute(delete(Invitation).where(is_for(membership.member, membership.group)))
    membership.state, membership.since = MembershipState.ACTIVE, clock.now()
    membership.seen_position = membership.digested_position = get_head(membership.group.stream)
    membership.group.member_count += 1
    db.session.flush()


def accept(actor: Member, membership: Membership, how: str) -> list[StreamEvent]:
    """Activate the membership of a person who asked or was invited; `how` as in MemberJoined."""
    was_pending = membership.state is MembershipState.REQUESTED
    if was_pending:
        ids = [membership.member_id]
        close_requests(membership.group, ids, RequestState.ACCEPTED, actor)
    _activate(membership)
    resolved = resolution_events(actor, membership.group) if was_pending else []
    return [joined_event(membership.member, membership.group, actor, how), *resolved]


def end_membership(actor: Member, membership: Membership) -> list[StreamEvent]:
    """Delete an active membership; raise Conflict for the last owner."""
    require_other_owner(membership.member, membership.group)
    db.session.delete(membership)
    return _left_events(actor, membership.member, membership.group)


def end_request(
    actor: Member,
    membership: Membership,
    event: type[JoinRefused | RequestTakenBack],
    reason: str = "",
) -> list[StreamEvent]:
    """Delete a request to join, refused or cancelled according to the event class."""
    group, asker = membership.group, membership.member
    ended: JoinRefused | RequestTakenBack = event(subject_id=group.id, actor_id=actor.id)
    if isinstance(ended, JoinRefused):
        request = find_open_request(asker, group)
        ended = replace(ended, request_id=request.id if request else None)
        state = RequestState.REFUSED
    else:
        state = RequestState.CANCELLED
    close_requests(group, [asker.id], state, actor, reason)
    db.session.delete(membership)
    db.session.flush()
    return [(asker.stream, ended), *resolution_events(actor, group)]


def end_requests(actor: Member, group: Group) -> list[StreamEvent]:
    """Refuse all requests to join a group that becomes hidden."""
    requests = delete(Membership).where(
        Membership.group_id == group.id, Membership.state == MembershipState.REQUESTED
    )
    asker_ids = db.session.scalars(requests.returning(Membership.member_id)).all()
    close_requests(group, asker_ids, RequestState.REFUSED, actor)
    refused = JoinRefused(subject_id=group.id, actor_id=actor.id)
    resolved = resolution_events(actor, group) if asker_ids else []
    return [*((stream, refused) for stream in list_own_streams(asker_ids)), *resolved]


def ban(actor: Member, membership: Membership, until: datetime | None) -> list[StreamEvent]:
    """Ban a person who is a member, asks or is invited; raise Conflict for the last owner.

    Where they are banned, the ban ends at another time.
    """
    was, member, group = membership.state, membership.member, membership.group
    if was is MembershipState.BANNED:
        membership.banned_until = until
        db.session.flush()
        return []
    require_other_owner(member, group)
    membership.banned_until = until
    membership.state, membership.since = MembershipState.BANNED, clock.now()
    membership.role, membership.level = Role.MEMBER, Level.MENTIONS
    if was is MembershipState.ACTIVE:
        return _left_events(actor, member, group)
    # An invitation to the person's address stays: its end would show whose address it is.
    db.session.execute(delete(Invitation).where(is_by_name(member, group)))
    if was is MembershipState.REQUESTED:
        close_requests(group, [member.id], RequestState.REFUSED, actor)
    resolved = resolution_events(actor, group) if was is MembershipState.REQUESTED else []
    return [_banned_event(actor, member, group), *resolved]


def ban_non_member(
    actor: Member, member: Member, group: Group, until: datetime | None
) -> list[StreamEvent]:
    """Ban a person who has no membership."""
    create_membership(member, group, MembershipState.BANNED).banned_until = until
    return [_banned_event(actor, member, group)]


def _banned_event(actor: Member, member: Member, group: Group) -> StreamEvent:
    db.session.flush()
    return member.stream, PersonExcluded(subject_id=group.id, actor_id=actor.id)


def _left_events(actor: Member, member: Member, group: Group) -> list[StreamEvent]:
    group.member_count -= 1
    db.session.flush()
    left = MemberLeft(subject_id=member.id, actor_id=actor.id, group_id=group.id)
    return [(group.stream, left)]


def require_other_owner(leaver: Member, group: Group) -> None:
    """Raise Conflict where this person is the group's only owner."""
    if policies.is_alone(leaver, group):
        raise Conflict(_("You are the last one in this group: end it, or invite somebody first."))
    if policies.is_last_owner(leaver, group):
        raise Conflict(_("A group needs at least one owner. Make someone else an owner first."))


def joined_event(member: Member, group: Group, actor: Member, how: str) -> StreamEvent:
    """Give the event of a person who became a member, for the group's stream."""
    joined = MemberJoined(subject_id=member.id, actor_id=actor.id, group_id=group.id, how=how)
    return group.stream, joined


def resolution_events(actor: Member, group: Group) -> list[StreamEvent]:
    """Give the events, for all moderators' streams, of a resolved request or post; record last."""
    changed = ModerationQueueChanged(subject_id=group.id, actor_id=actor.id)
    return [(stream, changed) for stream in list_moderator_streams(group)]
