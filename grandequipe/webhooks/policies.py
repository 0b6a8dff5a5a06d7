"""Permissions of webhooks: owners, who answer for the group, have its events sent elsewhere."""

from grandequipe.groups.models import Group
from grandequipe.groups.policies import may_own
from grandequipe.members.models import Member


def may_manage_webhooks(member: Member | None, group: Group) -> bool:
    """Owners do, and administrators; nobody in an archived group."""
    return may_own(member, group)
