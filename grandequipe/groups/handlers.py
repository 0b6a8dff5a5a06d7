"""What groups do when others speak."""

from functools import partial
from typing import cast

from limits import RateLimitItem, parse

from grandequipe.core import mail
from grandequipe.core.email_addresses import folded
from grandequipe.core.events import EventRecord, handles, record, record_all
from grandequipe.extensions import limiter
from grandequipe.groups import services
from grandequipe.groups.events import (
    GroupChanged,
    InvitationSent,
    InvitationTakenBack,
    InvitationWithdrawn,
    MemberLeft,
    MemberShownDifferently,
    RoleChanged,
)
from grandequipe.groups.queries import find_group, find_invitation, list_memberships
from grandequipe.members.accounts.tries import may_reach
from grandequipe.members.events import MemberConfirmed, ProfileChanged
from grandequipe.members.queries import digest_of, find_member
from grandequipe.web.rate_limits import redis_or_default

# To withdraw an invitation and send it again is no way to fill somebody's mailbox.
LETTERS: RateLimitItem = parse("1 per day")


@handles(ProfileChanged)
def tell_groups_of_new_profile(event_record: EventRecord) -> None:
    """Move each group's stream on, so that pages kept under a position show the new name."""
    member = find_member(event_record.subject_id)
    if member is None:
        return
    record_all(
        (
            membership.group.stream,
            MemberShownDifferently(
                subject_id=member.id, actor_id=member.id, group_id=membership.group_id
            ),
        )
        for membership in list_memberships(member)
    )


@handles(InvitationSent)
def deliver_invitation(event_record: EventRecord) -> None:
    """Find whose address was invited, out of sight of the one who invites, and write there."""
    invitation = find_invitation(event_record.subject_id)
    if invitation is None:
        return
    group_id = invitation.group_id
    services.deliver_invitation(invitation)
    # It may be accepted by that, or taken back.
    standing = find_invitation(event_record.subject_id)
    letter = services.write_invitation(standing) if standing else None
    if letter is not None:
        # The reaction may fail yet, and run again: no letter is counted that did not leave.
        mail.post(letter, provided=partial(_may_leave, group_id, letter.to))


def _may_leave(group_id: int, email: str) -> bool:
    """Tell whether it is the first of its group today, and not too many for the mailbox."""
    written = digest_of(folded(email)).hex()
    hit = partial(limiter.limiter.hit, LETTERS, "invitation_letter", str(group_id), written)
    is_first = redis_or_default(hit, default=True)
    return bool(is_first and may_reach(email, "invitation"))


@handles(MemberLeft, RoleChanged, GroupChanged)
def take_back_orphaned_invitations(event_record: EventRecord) -> None:
    """Leave no door open that was opened by somebody who may open none any more."""
    event = event_record.event
    if isinstance(event, MemberLeft | RoleChanged):
        group, sender_id = find_group(event.group_id), event_record.subject_id
    else:
        group, sender_id = find_group(event_record.subject_id), None
    if group is not None:
        services.end_orphaned_invitations(group, sender_id)


@handles(InvitationTakenBack)
def tell_of_withdrawal(event_record: EventRecord) -> None:
    """Tell the person who had it, if there was one, out of sight of the one who withdrew it."""
    event = cast(InvitationTakenBack, event_record.event)
    guest = find_member(event.guest_id) if event.guest_id is not None else None
    if guest is not None:
        told = InvitationWithdrawn(subject_id=event.group_id, actor_id=event.actor_id)
        record(guest.stream, told)


@handles(MemberConfirmed)
def deliver_invitations_to_newcomer(event_record: EventRecord) -> None:
    """Bring a new member the invitations that waited for their address."""
    member = find_member(event_record.subject_id)
    if member is not None:
        services.deliver_invitations_to(member)
