"""What the frame of every page asks of the feed."""

from collections.abc import Sequence

from flask import g

from grandequipe.feed.queries import MyGroup, list_my_groups
from grandequipe.members.identity import viewer


def groups_of_viewer() -> Sequence[MyGroup]:
    """List the groups of the one who looks at the page, once a page."""
    if "my_groups" not in g:
        member = viewer()
        g.my_groups = list_my_groups(member) if member else ()
    groups: Sequence[MyGroup] = g.my_groups
    return groups
