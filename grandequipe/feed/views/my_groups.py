"""The viewer's groups and what waits in them, as the shell and the pages of groups show them."""

from collections.abc import Sequence
from typing import cast

from flask import g

from grandequipe.feed.queries import MyGroup, count_published, count_waiting, list_my_groups
from grandequipe.groups.models import Group
from grandequipe.members.identity import viewer
from grandequipe.members.models import Member

MINE = "my_groups"
HAS_HELD = "has_held"


def my_groups(member: Member) -> Sequence[MyGroup]:
    """List the viewer's groups, once for all of a page."""
    if MINE not in g:
        setattr(g, MINE, list_my_groups(seen_by=member))
    return cast(Sequence[MyGroup], g.get(MINE))


def load_my_groups() -> dict[str, Sequence[MyGroup]] | None:
    """Load what the shell shows of a member's groups."""
    member = viewer()
    return {MINE: my_groups(member)} if member else None


def load_figures(group: Group, reads: bool) -> dict[str, object] | None:
    """Load how many posts of each kind a group has, for those who read it."""
    return {"counts": count_published(group)} if reads else None


def load_moderation_tab(group: Group, moderates: bool) -> dict[str, object] | None:
    """Load the tab that shows a moderator how much waits."""
    if not moderates:
        return None
    waiting, has_held = count_waiting(group)
    # The queue's page reads what is held only where something is.
    setattr(g, HAS_HELD, has_held)
    return {"group": group, "waiting": waiting}


def load_vitality_tab(group: Group, moderates: bool) -> dict[str, object] | None:
    """Load the tab that leads moderators to the figures of their group."""
    return {"group": group} if moderates else None
