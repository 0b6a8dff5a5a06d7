"""The visibility of posts.

Guarantee: `shown_to` is the only rule that says which placements a viewer may see, and so, by
`visible_to`, which posts. Each way out (page, API, feed, changes, socket, bell, digest) asks it at
that very moment. What it hides answers exactly as what does not exist.
"""

from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import BigInteger, ColumnElement, and_, bindparam, literal_column, or_, select, true

from grandequipe.feed.models import Placement, PlacementStatus, Post
from grandequipe.groups.models import Membership, MembershipState
from grandequipe.groups.queries import MODERATES, readable_by
from grandequipe.members.models import Viewer

VIEWER: Any = bindparam("viewer", type_=BigInteger)


def published(placement: Any) -> ColumnElement[bool]:
    """Say that a group reads a post; a word, no parameter, for the index of what is published."""
    word = literal_column(f"'{PlacementStatus.PUBLISHED}'", Placement.status.type)
    return cast(ColumnElement[bool], placement.status == word)


PUBLISHED = published(Placement)
# What lists show: of a series of webinars the next date only.
LISTED = and_(PUBLISHED, Placement.listed)
_UNPUBLISHED = or_(
    Placement.status == PlacementStatus.PENDING, Placement.status == PlacementStatus.REFUSED
)


def visible_to(viewer: Viewer | None) -> ColumnElement[bool]:
    """Say which posts the viewer may see: those that are shown to them in a group."""
    return placed(shown_to(viewer))


def thread_visible_to(viewer: Viewer | None) -> ColumnElement[bool]:
    """Filter the posts whose thread the viewer reads: readers of a group that reads the post do."""
    return placed(PUBLISHED, readable_by(viewer))


def placed(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Say which posts have a placement of that kind; the conditions may ask its group."""
    here = select(Placement.id).join(Placement.group)
    here = here.where(Placement.post_id == Post.id, *conditions).correlate(Post)
    # Asked of each post by the index: without OFFSET, PostgreSQL may read all placements once.
    return here.offset(literal_column("0")).exists()


def shown_to(viewer: Viewer | None) -> ColumnElement[bool]:
    """Say which placements the viewer may see; the query must join Post and `Placement.group`."""
    published = and_(PUBLISHED, readable_by(viewer))
    if viewer is None:
        return published
    return or_(published, and_(_UNPUBLISHED, is_shown_unpublished(viewer)))


def is_shown_unpublished(viewer: Viewer) -> ColumnElement[bool]:
    """Say of which placements the viewer sees what is not published: authors and moderators do.

    That is a post that waits or was refused in the group, and a proposal to change one.
    """
    if viewer.is_admin:
        return true()
    moderated = select(Membership.group_id).where(
        Membership.member_id == viewer.id,
        Membership.state == MembershipState.ACTIVE,
        MODERATES,
    )
    own = and_(Post.author_id == viewer.id, readable_by(viewer))
    return or_(own, Placement.group_id.in_(moderated))


@dataclass(frozen=True)
class ViewerPlaceholder:
    """The viewer in a statement that is built once: their id is a parameter of each execution."""

    is_admin: bool
    id = VIEWER


_MEMBER_PLACEHOLDER, _ADMIN_PLACEHOLDER = (
    ViewerPlaceholder(is_admin=False),
    ViewerPlaceholder(is_admin=True),
)


def placeholder_for(viewer: Viewer | None) -> ViewerPlaceholder | None:
    """Give who stands for the viewer where a statement is built, once for all who are like them.

    The rules above read no more of a viewer than who they are and whether they are an
    administrator. Ask the statement with `viewer_params(viewer)`.
    """
    if viewer is None:
        return None
    return _ADMIN_PLACEHOLDER if viewer.is_admin else _MEMBER_PLACEHOLDER


def viewer_params(viewer: Viewer | None) -> dict[str, int | None]:
    """Say who asks a statement that was built for `placeholder_for` them."""
    return {VIEWER.key: viewer.id if viewer else None}
