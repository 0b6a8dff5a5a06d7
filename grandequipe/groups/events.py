"""What happens in groups; what only concerns one person is told in that person's stream."""

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
    """The last one in a group ended it, with all that was in it: in that person's stream."""

    kind = "group.ended"
    subject_type = "group"


@dataclass(frozen=True, kw_only=True)
class MemberJoined(Event):
    """A person became a member; `how` is founding, open, request or invitation."""

    kind = "member.joined"
    subject_type = "member"

    group_id: int
    how: str


@dataclass(frozen=True, kw_only=True)
class MemberLeft(Event):
    """A person is no longer a member; the actor tells whether they left or were removed."""

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
    """A member of the group changed their name, picture or structure."""

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
    """A moderator did not accept a request: in the stream of the person who asked."""

    kind = "join.refused"
    subject_type = "group"


@dataclass(frozen=True, kw_only=True)
class RequestTakenBack(Event):
    """A person no longer asks to join: in that person's stream."""

    kind = "join.taken_back"
    subject_type = "group"


@dataclass(frozen=True, kw_only=True)
class PersonExcluded(Event):
    """A person who was not a member may not join: in that person's stream."""

    kind = "join.excluded"
    subject_type = "group"


@dataclass(frozen=True, kw_only=True)
class BanLifted(Event):
    """A person may join again: in that person's stream."""

    kind = "join.ban_lifted"
    subject_type = "group"


@dataclass(frozen=True, kw_only=True)
class ModerationQueueChanged(Event):
    """A request or a post waits no more: in the stream of each who looks after the group.

    Their bells count what waits, whoever settled it.
    """

    kind = "waiting.settled"
    subject_type = "group"


@dataclass(frozen=True, kw_only=True)
class InvitationSent(Event):
    """A member invited an address: in that member's stream, whoever it belongs to or nobody."""

    kind = "invitation.sent"
    subject_type = "invitation"


@dataclass(frozen=True, kw_only=True)
class InvitationTakenBack(Event):
    """A moderator took an invitation back: in that moderator's stream, whoever had it or nobody.

    `guest_id` is for the reaction that tells the person who had it; nothing outside shows it.
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
    """A moderator took an invitation back: in the stream of the person who had it."""

    kind = "join.invitation_withdrawn"
    subject_type = "group"


@dataclass(frozen=True, kw_only=True)
class InvitationDeclined(Event):
    """A person declined an invitation: in their own stream, for nobody is told."""

    kind = "join.invitation_declined"
    subject_type = "group"
