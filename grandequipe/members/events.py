"""What happens to members, told in their own stream."""

from dataclasses import dataclass

from grandequipe.core.events import Event


@dataclass(frozen=True, kw_only=True)
class MemberRegistered(Event):
    """An account was made; it may still have to be confirmed."""

    kind = "member.registered"
    subject_type = "member"


@dataclass(frozen=True, kw_only=True)
class MemberConfirmed(Event):
    """An address was shown to be its member's: from now on they take part."""

    kind = "member.confirmed"
    subject_type = "member"


@dataclass(frozen=True, kw_only=True)
class ProfileChanged(Event):
    """A member changed what others see of them."""

    kind = "member.changed"
    subject_type = "member"


@dataclass(frozen=True, kw_only=True)
class PreferencesChanged(Event):
    """A member reads in another language or on another clock."""

    kind = "member.preferences_changed"
    subject_type = "member"


@dataclass(frozen=True, kw_only=True)
class LoggedOut(Event):
    """A member left one browser: the pages that are open there are closed."""

    kind = "member.logged_out"
    subject_type = "member"

    session_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class TokenRevoked(Event):
    """A program's key was made worthless: what listens with it is cut off."""

    kind = "member.token_revoked"
    subject_type = "member"

    token_id: int


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event):
    """A member's password changed: every session and token of theirs has ended."""

    kind = "member.password_changed"
    subject_type = "member"
