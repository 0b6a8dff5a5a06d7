"""The events of groups; those that concern one person alone go to that person's stream."""

from dataclasses import dataclass

from grandequipe.core.events import Event


@dataclass(frozen=True, kw_only=True)
class GroupCreated(Event):
    """A group was founded."""

    kind = "group.created"
    subject_type = "group"


@dataclass(frozen=True, kw_only=True)
class GroupChanged(Event):
    """A group's name, text or rules changed."""

    kind = "group.changed"
    subject_type = "group"


@dataclass(frozen=True, kw_only=True)
class GroupEnded(Event):
    """The last member of a group deleted it with all its content: in that person's stream."""

    kind = "group.ended"
    subject_type = "group"


@dataclass(frozen=True, kw_only=True)
class GroupArchived(Event):
    """A group became read only."""

    kind = "group.archived"
    subject_type = "group"


@dataclass(frozen=True, kw_only=True)
class GroupReopened(Event):
    """An archived group became active again."""

    kind = "group.reopened"
    subject_type = "group"


@dataclass(frozen=True, kw_only=True)
class GroupClosing(Event):
    """An owner closes a group, which is erased after 30 days."""

    kind = "group.closing"
    subject_type = "group"


@dataclass(frozen=True, kw_only=True)
class GroupClosingCancelled(Event):
    """An owner keeps a group that was to be erased."""

    kind = "group.closing_cancelled"
    subject_type = "group"


@dataclass(frozen=True, kw_only=True)
class GroupManaged(Event):
    """An administrator of the site did something with a group: in the stream of each owner.

    `act` names it, as the moderation log does.
    """

    kind = "group.managed"
    subject_type = "group"

    act: str


@dataclass(frozen=True, kw_only=True)
class OwnershipOffered(Event):
    """An owner offers a group to a member: in that member's stream."""

    kind = "ownership.offered"
    subject_type = "group"


@dataclass(frozen=True, kw_only=True)
class OwnershipAnswered(Event):
    """A member accepted or declined the ownership of a group: in the former owner's stream."""

    kind = "ownership.answered"
    subject_type = "group"

    accepted: bool


@dataclass(frozen=True, kw_only=True)
class MemberJoined(Event):
    """A person became a member; `how` is founding, open, request, invitation or readmission."""

    kind = "member.joined"
    subject_type = "member"

    group_id: int
    how: str


@dataclass(frozen=True, kw_only=True)
class MemberLeft(Event):
    """A person is no longer a member: left if the actor is that person, else removed."""

    kind = "member.left"
    subject_type = "member"

    group_id: int


@dataclass(frozen=True, kw_only=True)
class RoleChanged(Event):
    """A member was given another role."""

    kind = "member.role_changed"
    subject_type = "member"

    group_id: int


@dataclass(frozen=True, kw_only=True)
class MemberShownDifferently(Event):
    """A member of the group changed their name, picture or organisation."""

    kind = "member.profile_changed"
    subject_type = "member"

    group_id: int


@dataclass(frozen=True, kw_only=True)
class JoinRequested(Event):
    """A person asked to join: in that person's stream, for the group may not know yet."""

    kind = "join.requested"
    subject_type = "group"


@dataclass(frozen=True, kw_only=True)
class JoinRefused(Event):
    """A moderator refused a request to join: in the stream of the person who asked."""

    kind = "join.refused"
    subject_type = "group"

    request_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class RequestTakenBack(Event):
    """A person cancelled their request to join: in that person's stream."""

    kind = "join.taken_back"
    subject_type = "group"


@dataclass(frozen=True, kw_only=True)
class PersonExcluded(Event):
    """A person who was not a member was banned: in that person's stream."""

    kind = "join.excluded"
    subject_type = "group"


@dataclass(frozen=True, kw_only=True)
class BanLifted(Event):
    """A person may join again: in that person's stream."""

    kind = "join.ban_lifted"
    subject_type = "group"


@dataclass(frozen=True, kw_only=True)
class ModerationQueueChanged(Event):
    """A request or a post was resolved: in the stream of each moderator of the group.

    The counters of all moderators include what is pending, whichever of them resolved it.
    """

    kind = "waiting.settled"
    subject_type = "group"


@dataclass(frozen=True, kw_only=True)
class InvitationSent(Event):
    """A member invited an address, with or without an account: in that member's stream."""

    kind = "invitation.sent"
    subject_type = "invitation"


@dataclass(frozen=True, kw_only=True)
class InvitationTakenBack(Event):
    """A moderator withdrew an invitation, to an account or not: in that moderator's stream.

    `guest_id` is for the handler that notifies the invited person; nothing outside shows it.
    """

    kind = "invitation.taken_back"
    subject_type = "invitation"

    group_id: int
    guest_id: int | None


@dataclass(frozen=True, kw_only=True)
class MemberInvited(Event):
    """A member invited a person: in the invited person's stream."""

    kind = "join.invited"
    subject_type = "group"


@dataclass(frozen=True, kw_only=True)
class InvitationWithdrawn(Event):
    """A moderator withdrew an invitation: in the stream of the invited person."""

    kind = "join.invitation_withdrawn"
    subject_type = "group"


@dataclass(frozen=True, kw_only=True)
class InvitationDeclined(Event):
    """A person declined an invitation: in their own stream, for nobody else is notified."""

    kind = "join.invitation_declined"
    subject_type = "group"


@dataclass(frozen=True, kw_only=True)
class CharterPublished(Event):
    """A group has another charter, or none: in the group's stream."""

    kind = "charter.published"
    subject_type = "group"

    charter_version: int


@dataclass(frozen=True, kw_only=True)
class CharterAccepted(Event):
    """A member accepted a version of a group's charter: in that member's stream."""

    kind = "charter.accepted"
    subject_type = "group"

    charter_version: int


@dataclass(frozen=True, kw_only=True)
class RequestMessageSent(Event):
    """The person who asked to join or a moderator wrote to the other: in that person's stream."""

    kind = "join.message"
    subject_type = "group"

    request_id: int
    message_id: int


@dataclass(frozen=True, kw_only=True)
class InvitationReminded(Event):
    """A moderator reminded an address of its invitation: in that moderator's stream."""

    kind = "invitation.reminded"
    subject_type = "invitation"
