"""The event handlers of groups; their names are stored with events that still wait for them."""

from datetime import timedelta
from typing import cast

from grandequipe.core import clock, mail
from grandequipe.core.email_addresses import folded
from grandequipe.core.events import EventRecord, handles, record, record_all
from grandequipe.core.mail.queries import has_mail_since
from grandequipe.groups import services
from grandequipe.groups.events import (
    GroupChanged,
    InvitationReminded,
    InvitationSent,
    InvitationTakenBack,
    InvitationWithdrawn,
    JoinRefused,
    MemberJoined,
    MemberLeft,
    MemberShownDifferently,
    RoleChanged,
)
from grandequipe.groups.policies import is_member
from grandequipe.groups.queries import (
    find_group,
    find_guest,
    find_invitation,
    find_membership,
    find_request,
    list_memberships,
)
from grandequipe.groups.services.invitations import many
from grandequipe.members.accounts.rate_limits import may_reach
from grandequipe.members.events import MemberConfirmed, ProfileChanged
from grandequipe.members.queries import digest_of, find_member

INVITATION = "invitation"
WELCOME = "welcome"
REFUSAL = "request_refused"
FOUNDING = "founding"
A_DAY = timedelta(days=1)


@handles(ProfileChanged, stored_as="tell_groups_of_new_profile")
def refresh_groups_of_profile(event_record: EventRecord) -> None:
    """Advance the stream of each of the member's groups: cached pages have its position as key."""
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


@handles(ProfileChanged)
def erase_reasons_of_closed_account(event_record: EventRecord) -> None:
    """Erase what moderators wrote of a person whose account was closed."""
    member = find_member(event_record.subject_id)
    if member is not None and member.is_closed:
        services.erase_reasons(member)


@handles(InvitationSent)
def deliver_invitation(event_record: EventRecord) -> None:
    """Notify the account of the invited address, unseen by the sender, and mail the address."""
    invitation = find_invitation(event_record.subject_id)
    if invitation is None:
        return
    group_id = invitation.group_id
    services.deliver_invitation(invitation)
    # The service may have accepted or revoked the invitation.
    invitation = find_invitation(event_record.subject_id)
    message = services.write_invitation(invitation) if invitation else None
    if invitation is not None:
        many.mark_handled(invitation)
    if message is not None:
        _post_once_a_day(message, group_id)


@handles(InvitationReminded)
def mail_reminder(event_record: EventRecord) -> None:
    """Mail an address once more, but not the account that declined, nor one that cannot accept."""
    invitation = find_invitation(event_record.subject_id)
    guest = find_guest(invitation) if invitation is not None else None
    if invitation is None or (guest and find_membership(guest, invitation.group) is None):
        return
    message = services.write_invitation(invitation, is_reminder=True)
    if message is not None and may_reach(message.to, INVITATION):
        key = f"{INVITATION}:reminder:{invitation.id}"
        mail.post(message, INVITATION, key=key, has_secrets=True)


def _post_once_a_day(message: mail.Mail, group_id: int) -> None:
    """Post it where the outbox has none of its group of the last day, nor too many to its mailbox.

    Per group and address: else a mailbox could be filled by withdrawing and inviting again.
    """
    now, address_hash = clock.now(), digest_of(folded(message.to)).hex()
    today, before = (
        f"{INVITATION}:{group_id}:{address_hash}:{day}" for day in (now.date(), now.date() - A_DAY)
    )
    if may_reach(message.to, INVITATION) and not has_mail_since([today, before], now - A_DAY):
        mail.post(message, INVITATION, key=today, has_secrets=True)


@handles(MemberLeft, RoleChanged, GroupChanged)
def take_back_orphaned_invitations(event_record: EventRecord) -> None:
    """Revoke the pending invitations whose sender may no longer invite."""
    event = event_record.event
    if isinstance(event, MemberLeft | RoleChanged):
        group, sender_id = find_group(event.group_id), event_record.subject_id
    else:
        group, sender_id = find_group(event_record.subject_id), None
    if group is not None:
        services.end_orphaned_invitations(group, sender_id)


@handles(InvitationTakenBack, stored_as="tell_of_withdrawal")
def notify_withdrawal(event_record: EventRecord) -> None:
    """Notify the invited person, if there is one, unseen by the moderator who withdrew it."""
    event = cast(InvitationTakenBack, event_record.event)
    guest = find_member(event.guest_id) if event.guest_id is not None else None
    if guest is not None:
        withdrawn = InvitationWithdrawn(subject_id=event.group_id, actor_id=event.actor_id)
        record(guest.stream, withdrawn)


@handles(MemberConfirmed)
def deliver_invitations_to_newcomer(event_record: EventRecord) -> None:
    """Give a new member the pending invitations to their address."""
    member = find_member(event_record.subject_id)
    if member is not None:
        services.deliver_invitations_to(member)


@handles(MemberJoined)
def welcome_newcomer(event_record: EventRecord) -> None:
    """Mail the group's welcome to a person who has joined; once, however often they do."""
    event = cast(MemberJoined, event_record.event)
    member, group = find_member(event.subject_id), find_group(event.group_id)
    if event.how == FOUNDING or member is None or group is None or not is_member(member, group):
        return
    message = services.write_welcome(member, group) if member.active else None
    if message is not None:
        key = f"{WELCOME}:{group.id}:{member.id}"
        mail.post(message, WELCOME, key=key, member_id=member.id)


@handles(JoinRefused)
def mail_refusal(event_record: EventRecord) -> None:
    """Mail a person the reason why their request was refused."""
    request_id = cast(JoinRefused, event_record.event).request_id
    request = find_request(request_id) if request_id is not None else None
    message = services.write_refusal(request) if request is not None else None
    if request is not None and message is not None:
        mail.post(message, REFUSAL, key=f"{REFUSAL}:{request.id}", member_id=request.member_id)


@handles(ProfileChanged)
def delete_requests_of_closed_account(event_record: EventRecord) -> None:
    """Delete what an account that was closed wrote about requests to join."""
    member = find_member(event_record.subject_id)
    if member is not None and member.is_closed:
        services.delete_requests_of(member)
