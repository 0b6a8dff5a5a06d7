"""Events of members, recorded in the member's own stream."""

from dataclasses import dataclass

from grandequipe.core.events import Event


@dataclass(frozen=True, kw_only=True)
class MemberRegistered(Event):
    """An account was created, confirmed or not."""

    kind = "member.registered"
    subject_type = "member"


@dataclass(frozen=True, kw_only=True)
class MemberConfirmed(Event):
    """A member's e-mail address was confirmed: from now on they are active."""

    kind = "member.confirmed"
    subject_type = "member"


@dataclass(frozen=True, kw_only=True)
class ProfileChanged(Event):
    """A member's profile changed."""

    kind = "member.changed"
    subject_type = "member"


@dataclass(frozen=True, kw_only=True)
class BelongingStated(Event):
    """A member says that they belong to an organisation, which is to confirm it."""

    kind = "member.belonging_stated"
    subject_type = "member"

    organisation_id: int


@dataclass(frozen=True, kw_only=True)
class PreferencesChanged(Event):
    """A member's locale or time zone changed."""

    kind = "member.preferences_changed"
    subject_type = "member"


@dataclass(frozen=True, kw_only=True)
class LoggedOut(Event):
    """A member logged out of one browser, whose open pages lose their connection."""

    kind = "member.logged_out"
    subject_type = "member"

    session_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class TokenRevoked(Event):
    """An API token was revoked; the connections that it authenticated are closed."""

    kind = "member.token_revoked"
    subject_type = "member"

    token_id: int


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event):
    """A member's password changed: all their sessions and tokens have ended."""

    kind = "member.password_changed"
    subject_type = "member"


@dataclass(frozen=True, kw_only=True)
class AccountManaged(Event):
    """An administrator did something to an account; `act` names it, as the moderation log does."""

    kind = "member.managed"
    subject_type = "member"

    act: str


@dataclass(frozen=True, kw_only=True)
class AccessEnded(Event):
    """An administrator ended all sessions and tokens of a member: a suspension, or a sign-out."""

    kind = "member.access_ended"
    subject_type = "member"
