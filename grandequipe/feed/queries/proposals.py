"""Reading what authors want to change of published posts: they and moderators see it."""

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import contains_eager, defer, undefer

from grandequipe.core.errors import NotFound
from grandequipe.core.windows import DEFAULT_LIMIT, Order, TwoWayWindow, read_in_time
from grandequipe.extensions import db
from grandequipe.feed.models import Placement, Post, PostProposal, ProposalState
from grandequipe.feed.queries.visibility import PUBLISHED, is_shown_unpublished, placed
from grandequipe.groups.models import Group
from grandequipe.members.models import Member

IN_TIME = Order(PostProposal.changed_at, PostProposal.id)


def find_proposal(post: Post, seen_by: Member | None) -> PostProposal | None:
    """Find the proposal to change a post, open or refused, where the viewer may see it."""
    if seen_by is None or not post.is_published:
        return None
    old_text = contains_eager(PostProposal.post).options(undefer(Post.body_html))
    return db.session.scalar(_proposals_for(seen_by).options(old_text).where(Post.id == post.id))


def get_proposal(post: Post, seen_by: Member | None) -> PostProposal:
    """Get the same, or raise NotFound."""
    found = find_proposal(post, seen_by)
    if found is None:
        raise NotFound
    return found


def list_open_proposals(
    group: Group,
    seen_by: Member,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
    *,
    with_content: bool,
) -> TwoWayWindow[PostProposal]:
    """List the proposals that wait in a group, oldest first; raise Invalid for a wrong cursor.

    A list of titles does without what they hold.
    """
    here = Placement.group_id == group.id
    query = _proposals_for(seen_by, here).where(PostProposal.state == ProposalState.OPEN)
    if not with_content:
        query = query.options(defer(PostProposal.content, raiseload=True))
    return read_in_time(query, IN_TIME, limit, cursor)


def _proposals_for(viewer: Member, *where: ColumnElement[bool]) -> Select[PostProposal]:
    """Choose what the viewer may see of the proposals for posts that are published somewhere."""
    return (
        select(PostProposal)
        .join(PostProposal.post)
        .options(contains_eager(PostProposal.post))
        .where(placed(PUBLISHED, is_shown_unpublished(viewer), *where))
    )
