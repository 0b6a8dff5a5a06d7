"""The right to announce something."""

from grandequipe.members.models import Member


def may_announce(member: Member | None) -> bool:
    """Administrators do."""
    return member is not None and member.is_admin
